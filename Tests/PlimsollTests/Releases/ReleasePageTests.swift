import Foundation
import Plimsoll
import Testing

/// `docs/releases.md`, made from the rows: what each release changed, in words, with the value before and since.
@Suite("The page of releases")
struct ReleasePageTests {
  /// What a field of a row says, in the words of the page. A field that differs anywhere has to be here.
  private static let words: [String: String] = [
    "budget.subtraction": "what is taken off the requested memory",
    "budget.defaultGPUMemoryUtilization": "default of `--gpu-memory-utilization`",
    "budget.requestedRoundsUp": "requested memory is rounded up to whole bytes",
    "budget.startupCheck": "less free memory than requested is an error at the start",
    "budget.snapshotAfterCommunicators": "communicators are made before memory is first looked at",
    "budget.snapshotAfterBLASHandles": "cuBLAS handles are made before memory is first looked at",
    "budget.profilesFullSampler": "the sampler is profiled with every parameter in use",
    "budget.allocatorMaxSplit": "the largest block that the allocator splits while loading and profiling",
    "budget.reservesMultimodalIPC": "memory for multimodal tensors is taken off",
    "cudagraphEstimate.isOnByDefault": "graphs are estimated and taken off unless told otherwise",
    "cudagraphEstimate.v2RunnerEstimates": "the V2 runner estimates graphs",
    "cudagraphEstimate.includesEncoderGraphs": "the encoder's graphs are in the estimate",
    "cache.latentBlocks": "blocks forced for latent attention",
    "cache.inFlight": "tokens in flight that windows reserve",
    "cache.retainsDraftLookahead": "windows keep tokens for modules that draft one after the other",
    "cache.hasHybridManager": "windows and full layers share a pool",
    "cache.groupSize": "the largest bucket sets the group size below this many times the smallest",
    "cache.unifiesPageSizes": "smaller pages get longer blocks",
    "cache.padsUnevenPages": "pages that do not divide are padded",
    "cache.mergesBuckets": "layers whose specs can be merged share a bucket",
    "cache.reservesNullBlock": "the fit check keeps one block back",
    "cache.overrideDrivesFitCheck": "`--num-gpu-blocks-override` decides the fit check",
    "cache.takesBlocksOverride": "`--num-gpu-blocks-override` sets the number of blocks",
    "cache.checksEachWorker": "each pipeline stage is checked against its own layers",
    "cache.needed": "what one request needs in the fit check",
    "cache.concurrency": "the printed concurrency",
    "cache.printedTokens": "the printed size in tokens",
    "cache.states.prefixes": "states that prefix caching keeps",
    "cache.states.countsDrafts": "drafted tokens hold states",
    "cache.states.checkpointing": "layers whose prefill leaves a checkpoint",
    "cache.states.alignsToCheckpoints": "blocks are multiples of what checkpoints lie at",
    "cache.states.latentMultiple": "blocks of latent attention beside states are multiples of",
    "cache.states.wideHeadMultiple": "blocks of heads of 256 beside states are multiples of, on Blackwell",
    "cache.states.needsBlockForEachSequence": "whole graphs of models with states need a block for each sequence",
    "cache.hybridPrefixCaching": "prefixes of hybrid models are cached by default",
    "cache.chunkedLocalHybrid": "chunked local layers are sized by their chunk",
    "cache.floatMustMatchModel": "an unquantized `--kv-cache-dtype` must be the model's",
    "batch.devices": "default batch by device",
    "batch.batchedExpertTokens": "default batch of batched expert back ends",
    "batch.boundsTokensBySeqs": "default of batched tokens at most all sequences at full length",
    "batch.boundsSeqsByTokens": "default of sequences at most the batched tokens",
    "batch.unchunkedIsLength": "prompts that are not cut make their length the batch, though it be smaller",
    "batch.holdsLargestItem": "the default batch holds the largest image of a model that reads it both ways",
    "captureSizes.ceilings": "largest graph by GPU generation",
    "captureSizes.boundedBySeqs": "graphs are bounded by twice the sequences",
    "captureSizes.countsSpeculativeTokens": "drafted tokens count for the largest graph",
    "captureSizes.coarseFrom": "graphs are 16 apart from",
    "captureSizes.includesBatchedTokens": "the batched tokens are a graph's size",
    "captureSizes.includesDecodeSizes": "decode batches with drafted tokens are sizes of graphs",
    "captureSizes.includesSeqs": "max-num-seqs is a graph's size",
    "profile.longUnpackedRequests": "requests beyond 256 Ki tokens that sparse attention unpacks at once",
    "profile.indexerReserves": "sparse attention's indexer gathers keys in the shared workspace",
    "profile.indexerLogits": "what the dummy run takes for the indexer's logits",
    "widensImagePositions": "tables of image positions are four times the length for every class",
    "leastExpertBlock": "least blocks of experts in 8-bit floats where a rank's share is not whole ones",
    "keepsDoubleQuantization": "constants that bitsandbytes quantizes once more stay so",
    "wrapsHeadTwice": "slots for adapters of a head that is the embedding's module are made twice",
    "metrics.cacheUse": "the metric that tells the use of the KV cache",
    "metrics.tellsWhyWaiting": "a metric tells why requests wait",
    "captureSizes.separatesLoRA": "graphs are captured with and without adapters",
    "captureSizes.modes": "graphs at `-O0` to `-O3`",
    "length.unscaledRopeTypes": "rope types whose factor does not lengthen the model",
    "length.yarnScalesOriginal": "yarn multiplies the original length",
    "length.hasAuto": "`--max-model-len auto`",
    "length.longropeIsOriginal": "longrope models start at their original length",
    "length.draftShortens": "a shorter draft model shortens requests",
    "runner.v2": "models on the V2 runner",
    "runner.v2Architectures": "classes named for the V2 runner",
    "runner.v1SpeculativeMethods": "ways of drafting that need the V1 runner",
    "runner.v2SpeculativeMethods": "ways of drafting that the V2 runner has",
    "runner.v0": "what runs on the V0 engine, which is not modelled",
    "runner.asyncByDefault": "steps are scheduled ahead",
    "vocabulary.kvCacheDTypes": "`--kv-cache-dtype`",
    "vocabulary.quantizationMethods": "`--quantization`",
    "vocabulary.quantizationSupport": "methods that need a generation of GPU",
    "vocabulary.deprecatedQuantizationMethods": "deprecated `--quantization`",
    "vocabulary.attentionBackends": "attention backends",
    "vocabulary.lacks": "new flags",
    "vocabulary.alsoAccepts": "dropped flags",
  ]

  /// What the cases of enumerations say.
  private static let cases: [String: String] = [
    "peakOfDevice": "everything on the device at the peak", "nonKVIncrease": "weights, peak and growth outside PyTorch",
    "consumed": "what free memory fell by, and the peak", "oneBatch": "one step's",
    "concurrentBatches": "those of every step in flight", "sumOfLayers": "the sum of its layers",
    "firstGroup": "the first group's blocks", "sumOfGroups": "the blocks of all groups",
    "tokensOverLength": "tokens over length", "blocksOverMemory": "blocks over the memory of a request",
    "blocksOverGroupBlocks": "blocks over those of all groups", "blocks": "blocks times block size",
    "blocksOverGroups": "blocks over groups, times block size", "concurrencyTimesLength": "concurrency times length",
    "never": "none", "everyBlock": "every block's of Mamba, else none",
    "everyOrLast": "every block's of Mamba, else the last block's",
    "lastUnlessAsked": "the last block's; every block's of Mamba if asked", "last": "the last block's",
    "optIn": "by `VLLM_USE_V2_MODEL_RUNNER` alone", "namedDense": "dense, unquantized ones of the named classes",
    "named": "those of the named classes", "denseAndNamed": "dense ones, and those of the named classes",
    "unlessUnsupported": "all but for missing features",
  ]

  /// The leaves of a row by their path, as words.
  private static func leaves(_ value: Any, _ path: String, into found: inout [(path: String, value: [String])]) {
    var mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .optional {
      guard let some = mirror.children.first?.value else {
        found.append((path, ["none"]))
        return
      }
      mirror = Mirror(reflecting: some)
      if words[path] == nil || mirror.displayStyle != .struct {
        return leaves(some, path, into: &found)
      }
    }
    if mirror.displayStyle == .struct, words[path] == nil, !mirror.children.isEmpty {
      for child in mirror.children {
        leaves(child.value, path.isEmpty ? child.label ?? "" : path + "." + (child.label ?? ""), into: &found)
      }
    } else if let list = value as? [Any] {
      found.append((path, list.map(text)))
    } else {
      found.append((path, [text(value)]))
    }
  }

  /// One value in words: names of flags, raw values of enumerations, the members of a rule.
  private static func text(_ value: Any) -> String {
    if let later = value as? FlagVocabulary.LaterFlag { return later.name }
    if let support = value as? QuantizationSupport { return support.method.rawValue + " from " + support.minimum.text }
    if let row = value as? BatchRule.DeviceDefaults {
      var text = row.minimumTotal == .zero ? "others" : "from \(row.minimumTotal.text)"
      if row.excludesA100 { text += ", no A100" }
      if !row.excludedCapabilities.isEmpty { text += ", no GB10" }
      return text + ": \(row.serveTokens) (`LLM()` \(row.llmTokens)) tokens, \(row.maxNumSeqs) sequences"
    }
    if let ceiling = value as? CaptureSizeRule.CapabilityCeiling { return "\(ceiling.major).x: \(ceiling.ceiling)" }
    if let rule = value as? KVCacheGroups.GroupSizeRule {
      return "\(Double(rule.numerator) / Double(rule.denominator))"
    }
    if let metric = value as? EngineMetric { return metric.series }
    if let raw = value as? any RawRepresentable { return cases["\(raw.rawValue)"] ?? "\(raw.rawValue)" }
    if let bytes = value as? Bytes { return bytes.text }
    if let flag = value as? Bool { return flag ? "yes" : "no" }
    if let number = value as? Int, number == .max { return "never" }
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .optional { return mirror.children.first.map { text($0.value) } ?? "none" }
    guard mirror.displayStyle == .struct else { return "\(value)" }
    return mirror.children.compactMap { child in
      guard let label = child.label else { return nil }
      let list = (child.value as? [Any])?.map(text)
      let value = list.map { $0.joined(separator: " ") } ?? text(child.value)
      return value == "no" || value == "none" ? nil : value == "yes" ? label : "\(label) \(value)"
    }.joined(separator: ", ")
  }

  private static func page() throws -> String {
    var lines = [
      "# Releases", "",
      "What plimsoll knows of each release of vLLM from 0.8.5 on, made from the rows of",
      "[EngineRelease.swift](../Sources/Plimsoll/Engine/EngineRelease.swift) by `ReleasePageTests`. Under a release stands what it",
      "changed: the value before, and since. The fields there name the file and the function of vLLM.", "",
      "A release between two rows takes the one that shares more of its number (0.17.0 has the rules of 0.17.1), else the one",
      "before it, and says so; one newer than the newest takes that and is at best `tight`; one older than the oldest, or what",
      "runs on the V0 engine, is `unknown`.", "",
    ]
    let names = EngineRelease.names
    for (newer, older) in zip(names, names.dropFirst()) {
      let (new, old) = (try EngineRelease.row(newer), try EngineRelease.row(older))
      var (since, before) = ([(path: String, value: [String])](), [(path: String, value: [String])]())
      leaves(new, "", into: &since)
      leaves(old, "", into: &before)
      var rows: [String] = []
      for (path, value) in since where !path.hasPrefix("terms") && path != "name" && !path.hasPrefix("standing") {
        guard let was = before.first(where: { $0.path == path })?.value, was != value else { continue }
        let words = try #require(words[path], "\(path) has no words for the page")
        rows.append(row(words, path, was, value))
      }
      lines += ["## \(newer)", ""]
      lines += rows.isEmpty ? ["Nothing that moves memory."] : ["| | before | since |", "| --- | --- | --- |"] + rows
      lines.append("")
    }
    lines += ["## \(names.last ?? "")", "", "The first release that is modelled, with the V1 engine.", ""]
    return lines.joined(separator: "\n")
  }

  /// One line of a table; of long lists only what differs.
  private static func row(_ words: String, _ path: String, _ was: [String], _ now: [String]) -> String {
    func code(_ items: [String]) -> String { items.isEmpty ? "" : items.map { "`\($0)`" }.joined(separator: " ") }
    switch path {
    case "vocabulary.lacks": return "| \(words) | | \(code(was.filter { !now.contains($0) })) |"
    case "vocabulary.alsoAccepts": return "| \(words) | \(code(was.filter { !now.contains($0) })) | |"
    case "batch.devices": return "| \(words) | \(was.joined(separator: "; ")) | \(now.joined(separator: "; ")) |"
    default:
      guard was.count > 1 || now.count > 1 else { return "| \(words) | \(was.first ?? "") | \(now.first ?? "") |" }
      return "| \(words) | \(code(was.filter { !now.contains($0) })) | \(code(now.filter { !was.contains($0) })) |"
    }
  }

  /// `PLIMSOLL_RECORD=1 swift test --filter ReleasePageTests` writes the page anew.
  @Test("docs/releases.md says what the rows say")
  func isCurrent() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs").appending(path: "releases.md")
    let page = try Self.page()
    if ProcessInfo.processInfo.environment["PLIMSOLL_RECORD"] == "1" {
      try page.write(to: file, atomically: true, encoding: .utf8)
    }
    let recorded = try String(contentsOf: file, encoding: .utf8)
    #expect(recorded == page, "docs/releases.md is out of date; record it with PLIMSOLL_RECORD=1")
  }
}
