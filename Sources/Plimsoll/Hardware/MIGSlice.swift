/// The part of a GPU that NVIDIA's Multi-Instance GPU hands out as a device of its own.
public struct MIGSlice: Hashable, Sendable {
  /// The preset of the whole GPU.
  public var parent: String
  /// The name of the profile, `3g.40gb`.
  public var profile: String
  /// How many such slices one GPU yields.
  public var instances: Int
  /// Its streaming multiprocessors; nil where not known.
  public var multiprocessors: Int?

  public init(parent: String, profile: String, instances: Int, multiprocessors: Int? = nil) {
    self.parent = parent
    self.profile = profile
    self.instances = instances
    self.multiprocessors = multiprocessors
  }
}
