import Foundation
import ModelFiles

/// A log of a start of vLLM 0.33 with figures of our own, and the small model that it serves.
///
/// A block of 16 tokens takes 16 layers × 2 × 8 heads × 64 × 2 B × 16 = 512 KiB, so that 60.00 GiB are 122,880 blocks,
/// and one more, within the rounding, holds 122,881 × 16 = 1,966,096 tokens.
struct SampleLog {
  var folder: String
  var release = "0.33.0"
  var length = 8192
  var sequences: Int?
  var cache = "60.00"
  var tokens = "1,966,096"
  var compiled: String? = "(EngineCore pid=7) INFO 11-02 09:11:30 [backends.py:418] Compiling a graph for (1, 8192)"

  static let tokens = 1_966_096
  static let blockBytes = 524_288.0

  var text: String {
    let engine = "(EngineCore pid=7) INFO 11-02 09:11:31 [gpu_worker.py:772] "
    let seqs = sequences.map { ", 'max_num_seqs': \($0)" } ?? ""
    let server = "(APIServer pid=1) INFO 11-02 09:11:02 [utils.py:233] "
    var lines: [String] = [
      "\(server)vLLM API server version \(release)",
      "\(server)non-default args: {'model': '\(folder)/config.json', 'max_model_len': \(length)\(seqs)}",
      "\(engine)Starting to load model \(folder)...",
      "\(engine)Model loading took 2.10 GiB memory and 1.2 seconds",
    ]
    if let compiled { lines.append(compiled) }
    lines += [
      "\(engine)Available KV cache memory: \(cache) GiB",
      "\(engine)GPU KV cache size: \(tokens) tokens, Maximum concurrency for 8,192 tokens per request: 240.00x",
      "\(engine)Graph capturing finished in 5 secs, took 0.40 GiB",
    ]
    lines.append(
      "\(engine)Free memory on device (78.57/79.18 GiB) on startup. Desired GPU memory utilization is (0.92, 72.85 GiB). "
        + "Actual usage is 2.60 GiB for consumed memory (weights + non-torch), 10.25 GiB for peak activation, and "
        + "0.40 GiB for CUDAGraph memory. Current kv cache memory in use is \(cache) GiB.")
    return lines.joined(separator: "\n") + "\n"
  }
}

/// A folder with the model and an empty store, and the tool in it.
struct Site {
  var folder: String
  var model: String { folder + "/config.json" }
  var store: String { folder + "/store" }

  static func with<Result>(_ body: (Site) throws -> Result) throws -> Result {
    try withConfig(smallConfig()) { try body(Site(folder: $0)) }
  }

  func write(_ text: String, _ name: String = "a.log") throws {
    try text.write(toFile: folder + "/" + name, atomically: false, encoding: .utf8)
  }

  @discardableResult
  func calibrate(_ log: SampleLog, _ options: String = "", name: String = "a.log") throws -> Answer {
    try write(log.text, name)
    return plimsoll("calibrate \(folder)/\(name) --gpu h100 --store \(store) --host here \(options)")
  }

  var log: SampleLog { SampleLog(folder: folder) }

  func fit(_ options: String = "--vllm 0.33.0 --max-model-len 8192", store: String? = nil) throws -> JSON {
    try document("fit \(model) --gpu h100 --store \(store ?? self.store) \(options)")
  }

  var records: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: store)) ?? []).sorted() }
}
