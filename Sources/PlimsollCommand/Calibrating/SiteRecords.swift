import ModelFiles
import Plimsoll

/// The records of this site that may tell of a request's model, and what there is to say of the others.
struct SiteRecords {
  private var records: [CalibrationRecord] = []
  private(set) var findings: [Finding] = []
  /// This machine, where it is the one that is planned for.
  private var host: String?
  private var driver: String?

  init() {}

  /// - Parameter environment: The variables of this process; nil where no store of this user is to be looked at.
  init(_ request: FitRequest, _ environment: ((String) -> String?)?) throws(InputFailure) {
    let named = request.options.store
    guard named != "none", named != nil || environment != nil,
      let store = CalibrationStore(named, environment ?? { _ in nil })
    else { return }
    do throws(FileError) {
      if named != nil, !FileReader.exists(store.folder) { throw FileError(path: store.folder, problem: .missing) }
      // An empty store costs the look at it.
      guard try !store.isEmpty() else { return }
      let (entries, broken) = try store.read(shape: request.model.shape.fingerprint)
      records = entries.map(\.record)
      findings = broken.map { Finding("record-broken", .warning, $0 + "; this record is left out") }
    } catch {
      if named != nil { throw InputFailure(code: "unreadable-store", message: error.message) }
      findings.append(Finding("record-broken", .warning, error.message + "; no record of this site is used"))
    }
    if let probed = request.accelerator?.probed {
      (host, driver) = (Self.hostName(environment ?? { _ in nil }), probed.driver)
    }
  }

  /// What this machine is called.
  static func hostName(_ environment: (String) -> String?) -> String? {
    let kernel = (try? FileReader.readStart(of: "/proc/sys/kernel/hostname", .init(256))) ?? []
    let name = String(decoding: kernel.prefix { $0 > 0x20 }, as: UTF8.self)
    return name.isEmpty ? environment("HOSTNAME").flatMap { $0.isEmpty ? nil : $0 } : name
  }

  /// Puts what the nearest record shows into a deployment, for ranks of each kind that some record is of.
  func calibrate(_ deployment: inout Deployment) {
    guard !records.isEmpty, deployment.availableKVCacheMemory == nil else { return }
    var nearest: [Candidate] = []
    for record in records {
      guard let candidate = Candidate(record, for: deployment, on: (host, driver)) else { continue }
      if let index = nearest.firstIndex(where: { $0.deployment.ranks == candidate.deployment.ranks }) {
        nearest[index].meet(candidate)
      } else {
        nearest.append(candidate)
      }
    }
    guard !nearest.isEmpty else { return }
    let own = nearest.first { $0.deployment.ranks == deployment.ranks }
    if deployment.compileCache == nil, own?.calibration.cache == .cold { deployment.compileCache = .cold }
    if deployment.totalMemory == nil, let own, own.calibration.drifts.isEmpty {
      deployment.totalMemory = own.record.printed.total
    }
    deployment.calibrations = nearest.map(\.calibration)
  }
}

/// A record that tells of ranks as a deployment has them, or would have them.
private struct Candidate {
  var record: CalibrationRecord
  /// The deployment that is asked for, on ranks like those of the record.
  var deployment: Deployment
  var calibration: Calibration
  /// How far the record leaves the cache open, in bytes.
  var width: Int
  /// What it says of the cache.
  var cache: Bytes
  /// It found compiled what the start that is asked for does, which is all where nothing is said.
  var isOfCache: Bool

  init?(_ record: CalibrationRecord, for asked: Deployment, on machine: (host: String?, driver: String?)) {
    guard record.gpu == asked.device.id else { return nil }
    deployment = asked
    deployment.take(ranksOf: record.flags)
    var start = asked
    (start.flags, start.release, start.entryPoint) = (record.flags, record.release, record.entryPoint)
    (start.count, start.nodes, start.freeMemory, start.freeMemoryOfSeveral) = (nil, 1, nil, nil)
    start.totalMemory = record.gpuMemory
    guard let environment = try? EngineEnvironment(pairs: record.environment) else { return nil }
    start.environment = environment
    guard deployment.isNeighbour(of: start),
      var found = Calibration(record: record.id, of: start, printing: record.printed)
    else { return nil }
    found.differences = deployment.differences(of: start)
    if let cache = asked.compileCache, let other = found.cache, other != cache {
      found.differences.append("a \(other.rawValue) compile cache")
    }
    isOfCache = found.cache == asked.compileCache ?? .warm
    if asked.compileCache == nil, found.cache == .cold { deployment.compileCache = .cold }
    if record.release.name != asked.release.name { found.drifts.append("vLLM " + record.release.name) }
    if let host = machine.host, let other = record.host, other != host { found.drifts.append("the host " + other) }
    if let driver = machine.driver, let other = record.driver, other != driver {
      found.drifts.append("the driver " + other)
    }
    deployment.calibrations = [found]
    let evaluation = deployment.evaluate(checksRules: false)
    guard !evaluation.stages.isEmpty else { return nil }
    let estimate = evaluation.stages[evaluation.limitingStage].kvCache
    (self.record, calibration) = (record, found)
    width = found.measuresCache ? (estimate.high - estimate.low).count : .max
    cache = estimate.best
  }

  /// Keeps of two records of such ranks the one that leaves less open; of two of the same start, the one with less
  /// cache, and how much more the other had.
  mutating func meet(_ other: Candidate) {
    let isSameStart = record.flags == other.record.flags && record.release == other.record.release
    if isSameStart, let own = calibration.cache, let others = other.calibration.cache, own != others {
      // No conflict: the one that compiled its kernels has less.
      if other.isOfCache { self = other }
      return
    }
    guard isSameStart, calibration.measuresCache, other.calibration.measuresCache else {
      if other.width < width { self = other }
      return
    }
    let gap = cache - other.cache
    var (least, more) = (calibration.conflict, calibration.conflicts)
    // Two figures that round to the same are one.
    if max(gap, .zero - gap) > .mib(10) { more.append(gap > .zero ? record.id : other.record.id) }
    if gap > .zero {
      least += gap
      self = other
    } else {
      least = max(least, .zero - gap)
    }
    (calibration.conflict, calibration.conflicts) = (least, more)
  }
}

extension Deployment {
  /// The flags that say how many ranks there are.
  fileprivate var ranks: [Int?] {
    [
      flags.tensorParallelSize ?? 1, flags.pipelineParallelSize ?? 1, flags.dataParallelSize ?? 1,
      flags.decodeContextParallelSize ?? 1, flags.prefillContextParallelSize ?? 1,
      flags.enableExpertParallel == true ? 1 : 0,
    ]
  }

  fileprivate mutating func take(ranksOf flags: ServeFlags) {
    self.flags.tensorParallelSize = flags.tensorParallelSize
    self.flags.pipelineParallelSize = flags.pipelineParallelSize
    self.flags.dataParallelSize = flags.dataParallelSize
    self.flags.decodeContextParallelSize = flags.decodeContextParallelSize
    self.flags.prefillContextParallelSize = flags.prefillContextParallelSize
    self.flags.enableExpertParallel = flags.enableExpertParallel
  }
}
