/// What a start finds in vLLM's cache of compiled kernels: nothing, so that it compiles inside of what is profiled, or
/// all of its own.
public enum CompileCache: String, CaseIterable, Hashable, Sendable {
  case cold, warm
}
