/// The part of a model that a tensor belongs to, as the weight account is told apart.
public enum WeightPart: String, Hashable, Sendable, CaseIterable {
  case embedding, attention, mlp, experts, router, norms
  case lmHead = "lm_head"
  /// State-space layers: Mamba, linear attention, short convolutions.
  case mamba
  /// Rotary tables and other tensors that no checkpoint holds.
  case buffers
  /// A vision or audio tower and what joins it to the language model.
  case encoder
  /// What a pooling model puts on its hidden states: a classifier, a score, a projection.
  case pooler
}
