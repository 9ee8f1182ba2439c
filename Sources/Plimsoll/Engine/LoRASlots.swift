/// The slots that an engine keeps for LoRA adapters, as flags ask for them.
///
/// Every wrapped module has `count` slots of rank `rank`, whether an adapter fills them or not (vLLM 0.33.0
/// `config/lora.py LoRAConfig`).
public struct LoRASlots: Hashable, Sendable {
  /// Adapters that one batch may use (`--max-loras`).
  public var count: Int
  /// The rank of every slot (`--max-lora-rank`).
  public var rank: Int
  /// The type of a slot's elements; nil for the model's own (`--lora-dtype`).
  public var dtype: DType?
  /// Both halves of a slot are cut by TP (`--fully-sharded-loras`).
  public var fullySharded: Bool
  /// Modules by their last name; empty for all that are supported (`--lora-target-modules`).
  public var targetModules: [String]
  /// The outer factors of experts are one for all of them (`--enable-moe-shared-loras`).
  public var sharesExpertFactors: Bool
  /// Experts take adapters of both formats, which the layout with separate projections serves.
  public var takesBothExpertFormats: Bool
  /// A head that is the embedding's module by a second name is wrapped under both, as through 0.27
  /// (`lora/model_manager.py _create_lora_modules`, which goes through `named_modules` with duplicates).
  public var wrapsHeadTwice = false

  public init(
    count: Int = 1, rank: Int = 16, dtype: DType? = nil, fullySharded: Bool = false, targetModules: [String] = [],
    sharesExpertFactors: Bool = false, takesBothExpertFormats: Bool = false
  ) {
    self.count = count
    self.rank = rank
    self.dtype = dtype
    self.fullySharded = fullySharded
    self.targetModules = targetModules
    self.sharesExpertFactors = sharesExpertFactors
    self.takesBothExpertFormats = takesBothExpertFormats
  }
}

extension LoRAFlags {
  /// What the flags ask for; nil without `--enable-lora`.
  public var slots: LoRASlots? {
    guard enableLoRA == true else { return nil }
    let dtype: DType? =
      switch loraDType {
      case "float16": .float16
      case "bfloat16": .bfloat16
      default: nil
      }
    return LoRASlots(
      count: min(max(1, maxLoRAs ?? 1), 1 << 16), rank: min(max(1, maxLoRARank ?? 16), 1 << 12), dtype: dtype,
      fullySharded: fullyShardedLoRAs == true, targetModules: loraTargetModules,
      sharesExpertFactors: enableMoESharedLoRAs == true, takesBothExpertFormats: enableMixedMoELoRAFormat == true)
  }

  /// The same as a release makes them.
  func slots(of release: EngineRelease) -> LoRASlots? {
    var slots = slots
    slots?.wrapsHeadTwice = release.wrapsHeadTwice
    return slots
  }

  /// How often each batch size is captured: without an adapter, and once for each count of active ones that has graphs
  /// of its own (vLLM 0.33.0 `lora/utils.py get_captured_lora_counts`).
  var capturesPerSize: Int {
    guard let slots else { return 1 }
    guard specializeActiveLoRA == true else { return 2 }
    var counts = 1
    var power = 1
    while power < slots.count + 1 {
      counts += 1
      power *= 2
    }
    return 1 + counts
  }
}
