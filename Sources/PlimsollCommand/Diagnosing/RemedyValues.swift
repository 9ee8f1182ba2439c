import CommandLineKit
import EngineLogs
import Plimsoll

/// Values of flags worked out from what the log prints.
struct RemedyValues {
  var match: LogMatch
  var report: LogReport
  var plan: LogPlan
  var load: LoadVerdict?

  enum Value {
    case found(String)
    case notKnown
    /// The log shows that this cannot be done.
    case impossible

    init(_ text: String?) { self = text.map { .found($0) } ?? .notKnown }
  }

  /// - Parameter rule: A name, and the figures that it takes.
  func value(_ rule: String) -> Value {
    let words = rule.split(separator: " ").map(String.init)
    let (first, second) = (words.count > 1 ? words[1] : "", words.count > 2 ? words[2] : "")
    switch words.first ?? "" {
    case "capture": return captured(first)
    case "suggested": return suggested(first)
    case "printed": return Value(report.matches.lazy.flatMap(\.captures).first { $0.name == first }?.text)
    case "per-stage":
      let ranks = (count(first) ?? 0) / (count("pipeline_parallel_size") ?? 1)
      return Value(ranks > 0 ? String(ranks) : nil)
    case "seats": return Value(seats)
    case "pixels": return Value(pixels)
    case "half": return Value(count(first).flatMap { $0 >= 2 ? String($0 / 2) : nil })
    case "double": return Value(count(first).map { String($0 * 2) })
    case "double-tp": return doubled("tensor_parallel_size")
    case "double-pp": return doubled("pipeline_parallel_size")
    case "half-tp": return Value(count("tensor_parallel_size").flatMap { $0 >= 2 ? String($0 / 2) : nil })
    case "divisor": return divisor(of: first, below: second)
    case "estimated-length":
      if let length = count("estlen") { return .found(String(length)) }
      return Value(plan.longest.flatMap { $0 > 0 ? String($0) : nil })
    case "raise-for-need": return raisedForNeed
    case "raise-for-held": return raised(to: quotient("held", "total"))
    case "raise-a-step": return raisedAStep
    case "lower-utilization": return lowered
    case "free-utilization": return quotient("free", "total").map { .found(Self.hundredth($0)) } ?? .notKnown
    case "fewer-seqs": return Value(count("reqs").map { String($0 > 128 ? 64 : max(1, $0 / 2)) })
    case "batched-tokens":
      guard let tokens = count("max_num_batched_tokens") else { return .found("2048") }
      return .found(String(tokens > 2048 ? 2048 : max(1, tokens / 2)))
    case "lora-rank":
      let ranks = [1, 8, 16, 32, 64, 128, 256, 320, 512]
      return Value(count("rank").flatMap { rank in ranks.first { $0 >= rank } }.map(String.init))
    case "redundant-experts":
      guard let experts = count("n"), let ranks = count("ep") else { return .notKnown }
      return .found("{\"num_redundant_experts\":\((ranks - experts % ranks) % ranks)}")
    case "metal-fraction":
      guard let model = match["model"], let over = match["ovh"], let limit = match["limit"], limit > 0 else {
        return .notKnown
      }
      return raised(to: (model + over) / limit + 0.05)
    default: return .notKnown
    }
  }

  /// A count above 0 of the failure's line, else of the arguments.
  private func count(_ name: String) -> Int? {
    let number = match[name] ?? report[argument: name].flatMap { Double($0) }
    guard let number, number >= 1, number < 1e12 else { return nil }
    return Int(number)
  }

  /// A number above 0, as vLLM takes it: `32768.0` is a length too.
  private func captured(_ name: String) -> Value {
    guard let text = match.captures.first(where: { $0.name == name })?.text, (Double(text) ?? 1) > 0 else {
      return .notKnown
    }
    return .found(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
  }

  /// A utilization that the engine itself names, where free memory admits it.
  private func suggested(_ name: String) -> Value {
    guard let share = match[name] else { return .notKnown }
    return share > (most ?? 1) ? .impossible : captured(name)
  }

  /// Requests that the cache holds when 90 % of it are in use: those that ran, over the share that they took. Where
  /// the cache has room, no more than there are requests.
  private var seats: String? {
    guard let running = match["run"], let use = match["kv"], running >= 1, use > 0, running < 1e9 else { return nil }
    let most = running * 90 / use
    return String(
      Int(load == .kvBound ? max(1, most) : max(running, min(most, running + (match["wait"] ?? 0)))))
  }

  /// The `max_pixels` of the arguments, shrunk as far as the item is too long.
  private var pixels: String? {
    guard let length = match["len"], let cache = match["cache"], length > cache, cache > 0,
      let words = report[argument: "mm_processor_kwargs"]?.split(whereSeparator: { "{}:,'\" ".contains($0) }),
      let place = words.firstIndex(of: "max_pixels"), place + 1 < words.endIndex, let pixels = Int(words[place + 1])
    else { return nil }
    return "{\"max_pixels\":\(Int(Double(pixels) * cache / length))}"
  }

  private func doubled(_ name: String) -> Value {
    if let size = count(name) { return .found(String(size * 2)) }
    return report.arguments.isEmpty ? .notKnown : .found("2")
  }

  private func divisor(of first: String, below second: String) -> Value {
    guard let whole = count(first), let limit = count(second), limit > 1, limit < 1 << 16 else { return .notKnown }
    let divisors = (1..<limit).reversed().filter { whole % $0 == 0 }
    // KV heads and groups of scales have to divide too, which the plan knows.
    let divisor = divisors.first { plan.verdict(with: "--tensor-parallel-size", String($0)) != .refused }
    return Value(divisor.map(String.init))
  }

  private func quotient(_ first: String, _ second: String) -> Double? {
    guard let one = match[first], let other = match[second], other > 0, one >= 0, one <= other else { return nil }
    return one / other
  }

  /// The utilization of this start: as printed, as given, else the default of the release that the log names.
  private var utilization: Double? {
    let known =
      match["util"] ?? report[.utilization] ?? report[argument: "gpu_memory_utilization"].flatMap { Double($0) }
    if let known, known > 0, known <= 1 { return known }
    guard let name = report.release, !report.arguments.isEmpty, case .found(let release) = EngineRelease.named(name)
    else {
      return nil
    }
    return release.budget.defaultGPUMemoryUtilization
  }

  /// The most of the card that was free at the start.
  private var most: Double? {
    guard let free = report[.free], let total = report[.total], total > 0, free <= total else { return nil }
    return free / total
  }

  /// What one request lacks, in hundredths of the card: (need - available) / total over the utilization.
  private var raisedForNeed: Value {
    guard let need = match["need"], let available = match["avail"], let total = report[.total] ?? plan.total, total > 0,
      let utilization
    else { return .notKnown }
    return raised(to: utilization + (need - available) / total)
  }

  private var raisedAStep: Value {
    guard let utilization else { return .notKnown }
    if let least = plan.utilization?.min, least > utilization { return raised(to: least) }
    let step = utilization + 0.05
    let limit = min(most ?? 0.95, 0.95)
    if step <= limit { return .found(step.fixed(2)) }
    return limit - utilization >= 0.01 ? .found(Self.hundredth(limit)) : .notKnown
  }

  /// Up to hundredths, where free memory admits it.
  private func raised(to share: Double?) -> Value {
    guard let share else { return .notKnown }
    let up = ((share - 1e-9) * 100).rounded(.up) / 100
    return up > min(most ?? 0.98, 0.98) ? .impossible : .found(up.fixed(2))
  }

  /// Below the utilization of this start: by what the plan says, else by what the last request lacked, 0.03 at least.
  private var lowered: Value {
    guard let utilization else { return .notKnown }
    if let plan = plan.utilization?.max, plan < utilization - 0.005, plan > utilization - 0.3 {
      return .found(Self.hundredth(plan))
    }
    var step = 0.05
    if let total = match["total"] ?? report[.total], total > 0, let asked = gib("ask") {
      step = max(step, (asked - (gib("free") ?? 0)) / total + 0.02)
    }
    let lower = utilization - step
    return lower >= 0.1 ? .found(Self.hundredth(lower)) : .notKnown
  }

  /// A size with its unit, in GiB.
  private func gib(_ name: String) -> Double? {
    guard let number = match[name], let unit = match.captures.first(where: { $0.name == name + "unit" })?.text else {
      return nil
    }
    return number / (unit.hasPrefix("M") ? 1024 : unit.hasPrefix("K") ? 1_048_576 : 1)
  }

  /// Down to hundredths.
  private static func hundredth(_ share: Double) -> String { (((share + 1e-9) * 100).rounded(.down) / 100).fixed(2) }
}
