import Plimsoll

/// Headers of safetensors files as they come, in any order, kept and added up in the order of the files.
struct HeaderCollection {
  let reading: HubReading
  let names: [String]
  /// Whether an index tells which of the files count, so that they cannot be added up yet.
  let listed: Bool
  private(set) var tally = CheckpointTally()
  private var parts: [Part?]
  private var added = 0

  /// What is there of a file.
  private struct Part {
    /// Of the header, without the 8 bytes before it.
    var bytes: ArraySlice<UInt8>
    /// How long the header is.
    var length: Int
    var size: Int?
    /// Whether the server gives whole files only.
    var isWithoutRanges = false
  }

  init(reading: HubReading, names: [String], listed: Bool) {
    self.reading = reading
    self.names = names
    self.listed = listed
    parts = names.map { _ in nil }
  }

  var entries: [HubSnapshot.Entry] {
    zip(names, parts).compactMap { name, part in
      part.map { HubSnapshot.Entry(name: name, isHeader: true, size: $0.size, bytes: $0.bytes) }
    }
  }

  /// Takes the first part of a file.
  mutating func take(_ place: Int, _ reply: CurlReply, _ request: CurlRequest) throws(HubFailure) {
    if case .tooLong(let answer) = reply, (answer?.status ?? 200) < 300 {
      // The server sends the whole file: it is read from its beginning, and left when there is enough.
      let start = try reading.accepted(try reading.curl.readStart(of: request.url, request.limit), request)
      parts[place] = try part(place, start.body, size: start.length)
      parts[place]?.isWithoutRanges = true
    } else {
      let answer = try reading.accepted(reply, request)
      parts[place] = try part(place, answer.body, size: try size(answer, request))
    }
    try addUp()
  }

  /// Reads what the first parts lack.
  mutating func readRest(_ url: (String) -> String) throws(HubFailure) {
    let short = names.indices.filter { parts[$0].map { $0.bytes.count < $0.length } ?? false }
    let places = short.filter { !(parts[$0]?.isWithoutRanges ?? false) }
    let requests = places.map { place in
      let (had, length) = (parts[place]?.bytes.count ?? 0, parts[place]?.length ?? 0)
      return CurlRequest(url(names[place]), range: 8 + had..<8 + length, limit: length - had)
    }
    var failure: HubFailure?
    if !requests.isEmpty {
      let reading = reading
      var rests: [(place: Int, bytes: ArraySlice<UInt8>)] = []
      try reading.curl.run(requests) { number, reply in
        do throws(HubFailure) {
          let answer = try reading.accepted(reply, requests[number])
          _ = try size(answer, requests[number])
          rests.append((places[number], answer.body))
        } catch {
          failure = failure ?? error
        }
      }
      for (place, bytes) in rests { parts[place]?.bytes += bytes }
    }
    if let failure { throw failure }
    for place in short where parts[place]?.isWithoutRanges ?? false {
      let length = parts[place]?.length ?? 0
      let request = CurlRequest(url(names[place]), limit: 8 + length)
      let answer = try reading.accepted(try reading.curl.readStart(of: request.url, request.limit), request)
      parts[place]?.bytes = answer.body.dropFirst(8).prefix(length)
    }
    try addUp()
  }

  /// What the first bytes of a file hold of its header.
  private func part(_ place: Int, _ bytes: ArraySlice<UInt8>, size: Int?) throws(HubFailure) -> Part {
    let length: Int
    do throws(CheckpointError) {
      length = try SafetensorsHeader.length(
        ofFirst8: Array(bytes.prefix(64)), file: title(place), fileSize: size.map { Bytes($0) }
      ).count
    } catch {
      throw HubFailure(.header, error.message)
    }
    guard length <= HubReading.longestHeader.count else {
      throw HubFailure(
        .header, "\(title(place)): a header of \(length) bytes is not read from afar; download it and give its folder")
    }
    // A copy, so that what came after the header is given back.
    return Part(bytes: Array(bytes.dropFirst(8).prefix(length))[...], length: length, size: size)
  }

  /// How long the whole file is, by an answer that gives the part that was asked for.
  private func size(_ answer: HTTPAnswer, _ request: CurlRequest) throws(HubFailure) -> Int? {
    let wanted = request.range ?? 0..<request.limit
    if answer.status == 200, wanted.lowerBound == 0 { return answer.body.count }
    guard answer.status == 206, let (range, total) = answer.part, range.lowerBound == wanted.lowerBound,
      range.count == answer.body.count,
      range.upperBound == wanted.upperBound || range.upperBound == total && range.upperBound < wanted.upperBound
    else {
      throw HubFailure(
        .answer,
        "\(reading.shown(request.url)) answers with another part of the file than bytes \(wanted.lowerBound) to "
          + "\(wanted.upperBound - 1) (\(answer["content-range"] ?? "status \(answer.status)")); is there a proxy that "
          + "changes answers?")
    }
    return total
  }

  /// Adds up the files whose headers are complete, as far as all before them are.
  private mutating func addUp() throws(HubFailure) {
    guard !listed else { return }
    while added < parts.count, let part = parts[added], part.bytes.count >= part.length {
      try tally.add(part.bytes, size: part.size, file: names[added], path: title(added))
      added += 1
    }
  }

  private func title(_ place: Int) -> String { FilePaths.join(reading.id.name, names[place]) }
}

extension CheckpointTally {
  /// Adds a header that was read from afar.
  mutating func add(_ header: ArraySlice<UInt8>, size: Int?, file: String, path: String) throws(HubFailure) {
    var failure: CheckpointError?
    header.withUnsafeBytes { bytes in
      do throws(CheckpointError) {
        try add(header: bytes, file: file, path: path, fileSize: size.map { Bytes($0) })
      } catch {
        failure = error
      }
    }
    if let failure { throw HubFailure(.header, failure.message) }
  }
}
