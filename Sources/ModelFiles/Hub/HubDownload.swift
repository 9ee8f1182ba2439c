import Plimsoll

/// What is needed of the files of one commit: small files whole, and of weights the headers, which are added up while
/// others are on their way.
struct HubDownload {
  let reading: HubReading
  let listing: HubListing
  private let small: [String]
  private let weights: CheckpointFiles
  private let index: String?

  init(reading: HubReading, listing: HubListing) {
    self.reading = reading
    self.listing = listing
    weights = CheckpointFiles(names: listing.files)
    var index: String?
    if case .safetensors(let files, .some(let name)) = weights, !Self.isFullSeries(files) { index = name }
    self.index = index
    let wanted = ["config.json", "hf_quant_config.json", "preprocessor_config.json"] + [index].compactMap { $0 }
    small = wanted.filter { listing.files.contains($0) }
  }

  /// Whether the files are `NAME-00001-of-00003.safetensors` and so on, each there once and no others: then an index
  /// has nothing to leave out, and that of DeepSeek-V3 is as long as all headers.
  static func isFullSeries(_ files: [String]) -> Bool {
    var stem: Substring?
    var numbers: Set<Int> = []
    for file in files {
      let parts = file.dropLast(".safetensors".count).split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count >= 3, parts[parts.count - 2] == "of", let last = Int(parts[parts.count - 1]),
        let number = Int(parts[parts.count - 3]), last == files.count, (1...last).contains(number)
      else { return false }
      let name = file.dropLast(file.count - parts.dropLast(3).map { $0.count + 1 }.reduce(0, +))
      guard stem == nil || stem == name else { return false }
      stem = name
      numbers.insert(number)
    }
    return numbers.count == files.count
  }

  func run() throws(HubFailure) -> (snapshot: HubSnapshot, checkpoint: Checkpoint) {
    guard small.contains("config.json") else { throw noConfig }
    var shards: [String] = []
    if case .safetensors(let files, _) = weights { shards = files }
    var requests: [CurlRequest] = []
    for name in small {
      requests.append(CurlRequest(url(name), limit: name == index ? WeightIndex.longest.count : 64 << 20))
    }
    for name in shards {
      requests.append(CurlRequest(url(name), range: 0..<HubReading.firstPart, limit: HubReading.firstPart))
    }

    var files: [HubSnapshot.Entry?] = small.map { _ in nil }
    var headers = HeaderCollection(reading: reading, names: shards, listed: index != nil)
    var failure: HubFailure?
    var curl = reading.curl
    let count = requests.count
    if let report = reading.report { curl.report = { report($0, count) } }
    try curl.run(requests) { place, reply in
      guard failure == nil else { return }
      do throws(HubFailure) {
        if place < small.count {
          let answer = try reading.accepted(reply, requests[place])
          if answer.isPage {
            throw reading.unexpected(requests[place].url, "answers with a web page where JSON is expected")
          }
          files[place] = .init(name: small[place], isHeader: false, size: answer.body.count, bytes: answer.body)
        } else {
          try headers.take(place - small.count, reply, requests[place])
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    try headers.readRest(url)

    var snapshot = HubSnapshot(name: reading.id.name, commit: listing.commit, files: listing.files)
    snapshot.entries = files.compactMap { $0 } + headers.entries
    return (snapshot, try snapshot.checkpoint(counted: index == nil ? headers.tally : nil))
  }

  /// ModelScope gives files by the revision alone.
  private func url(_ name: String) -> String {
    let revision = reading.site.kind == .modelScope ? reading.revision : listing.commit
    return reading.site.file(name, of: reading.id.name, revision)
  }

  private var noConfig: HubFailure {
    let files = Set(listing.files)
    let what =
      if files.contains("adapter_config.json") {
        "is a LoRA adapter: name the model that it was made for"
      } else if files.contains(where: { $0.hasSuffix(".gguf") }) {
        "has GGUF files and no config.json: name the model that they were made of"
      } else {
        "has no config.json among its \(files.count) files: is it a model for vLLM?"
      }
    return HubFailure(.missing, "'\(reading.id.name)' at \(reading.revision) \(what)")
  }
}
