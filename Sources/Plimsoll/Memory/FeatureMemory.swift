/// What a feature that is asked for takes or gives, as a line of its own beside the terms that it is part of.
public struct FeatureMemory: Hashable, Sendable {
  /// The feature that the line is of.
  public var feature: Feature
  /// The amount on one rank.
  public var amount: Estimate
  /// Where it is counted.
  public var place: Place
  /// What it is made of, for a person.
  public var detail: String

  public init(_ feature: Feature, _ amount: Estimate, in place: Place, _ detail: String) {
    self.feature = feature
    self.amount = amount
    self.place = place
    self.detail = detail
  }

  /// The features with lines of their own, by the names that scripts see.
  public enum Feature: String, Hashable, Sendable, CaseIterable {
    case loraSlots = "lora_slots"
    case loraTables = "lora_tables"
    case cpuOffload = "cpu_offload"
    case prefetchSlots = "prefetch_slots"
    case draftWeights = "draft_weights"
    case draftKVCache = "draft_kv_cache"
    case draftStates = "draft_states"
    case draftBuffers = "draft_buffers"
    case prefixStates = "prefix_states"
    case expertBalancer = "expert_balancer"
    case secondWorkspace = "second_workspace"
    case kvOffload = "kv_offload"
    case sleepMode = "sleep_mode"
  }

  /// The term that a line is part of; what lies in host memory is part of none.
  public enum Place: String, Hashable, Sendable, CaseIterable {
    case weights
    case persistentBuffers = "persistent_buffers"
    case kvCache = "kv_cache"
    case host
    case nowhere = "none"
  }
}
