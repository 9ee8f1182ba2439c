import Plimsoll

/// One model on its way from a hub: the list of its files, then all that is needed of them at the commit that the list
/// names, so that two round trips do and nothing is of another commit.
struct HubReading {
  let id: HubID
  let revision: String
  let site: HubSite
  let cache: HubCache
  let curl: Curl
  let report: (@Sendable (Int, Int) -> Void)?

  /// What is read of a file where its header is wanted, before the header's length is known: most headers are shorter.
  static let firstPart = 128 << 10
  /// The longest header that is read from afar; the longest known is a third of it.
  static let longestHeader = Bytes.mib(48)

  func model(refreshing: Bool) throws(HubFailure) -> HubModel {
    let known = refreshing ? cache.reference(id, revision) : nil
    let (listing, etag) = try list(since: known)
    let commit = listing?.commit ?? known?.commit ?? revision
    let reference = HubCache.Reference(commit: commit, fetched: SystemTime.epoch, etag: etag ?? known?.etag)
    var snapshot = cache.snapshot(id, commit: commit)
    var checkpoint: Checkpoint?
    var problem: FileError?
    if snapshot == nil {
      // The hub's list has not changed, and what was read by it is lost.
      let listing = if let listing { listing } else { try list(since: nil).listing }
      guard let listing else { throw unexpected(site.listing(id.name, revision), "says that nothing has changed") }
      let read = try HubDownload(reading: self, listing: listing).run()
      (snapshot, checkpoint) = (read.snapshot, read.checkpoint)
      do throws(FileError) { try cache.keep(read.snapshot, id) } catch { problem = error }
    }
    do throws(FileError) { try cache.keep(reference, id, revision) } catch { problem = problem ?? error }
    guard let snapshot else { throw unexpected(site.page(id.name), "gives nothing") }
    var model = try snapshot.model(revision: revision, origin: .network, checkpoint: checkpoint)
    if let problem {
      model.warnings.append("what was read of '\(id.name)' cannot be kept for the next time: \(problem.message)")
    }
    return model
  }

  /// - Returns: No listing where the hub says that it has not changed.
  private func list(since known: HubCache.Reference?) throws(HubFailure) -> (listing: HubListing?, etag: String?) {
    let url = site.listing(id.name, revision)
    let answer = try one(CurlRequest(url, limit: 64 << 20, etag: known?.etag))
    if answer.status == 304, known != nil { return (nil, answer["etag"]) }
    guard let listing = HubListing(try json(answer, url), kind: site.kind) else {
      throw unexpected(url, "answers with something else than a list of files")
    }
    return (listing, answer["etag"])
  }

  private func one(_ request: CurlRequest) throws(HubFailure) -> HTTPAnswer {
    var reply: CurlReply?
    var curl = curl
    if let report { curl.report = { report($0, 1) } }
    try curl.run([request]) { reply = $1 }
    return try accepted(reply ?? .failed(Curl.notRun, ""), request)
  }

  /// The JSON of an answer.
  func json(_ answer: HTTPAnswer, _ url: String) throws(HubFailure) -> JSON {
    if answer.isPage { throw unexpected(url, "answers with a web page where JSON is expected") }
    do throws(JSONError) {
      return try JSON.parse(Array(answer.body))
    } catch {
      throw unexpected(url, "answers with what is no JSON (\(error.message))")
    }
  }
}
