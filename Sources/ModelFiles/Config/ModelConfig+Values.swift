/// The language model's keys, with errors that a reader can pass on.
extension ModelConfig {
  func int(
    _ key: String, in range: ClosedRange<Int> = ConfigObject.anyCount, default fallback: Int? = nil
  ) throws(ModelConfigError) -> Int {
    do { return try text.int(key, in: range, default: fallback) } catch { throw .value(error) }
  }

  /// The first of `keys` that is set.
  func optionalInt(
    _ keys: String..., in range: ClosedRange<Int> = ConfigObject.anyCount
  ) throws(ModelConfigError) -> Int? {
    guard let key = text.firstKey(of: keys) else { return nil }
    do { return try text.optionalInt(key, in: range) } catch { throw .value(error) }
  }

  /// The value of `key`; nil where it is absent, null or `"auto"`.
  func intOrAuto(_ key: String, in range: ClosedRange<Int>) throws(ModelConfigError) -> Int? {
    if text.members[key] == .string("auto") { return nil }
    return try optionalInt(key, in: range)
  }

  func double(_ key: String, default fallback: Double) throws(ModelConfigError) -> Double {
    do { return try text.double(key, default: fallback) } catch { throw .value(error) }
  }

  func bool(_ key: String, default fallback: Bool) throws(ModelConfigError) -> Bool {
    do { return try text.bool(key, default: fallback) } catch { throw .value(error) }
  }

  func optionalBool(_ key: String) throws(ModelConfigError) -> Bool? {
    do { return try text.optionalBool(key) } catch { throw .value(error) }
  }

  func string(_ key: String, default fallback: String) throws(ModelConfigError) -> String {
    do { return try text.string(key, default: fallback) } catch { throw .value(error) }
  }

  func optionalStrings(_ key: String) throws(ModelConfigError) -> [String]? {
    do { return try text.optionalStrings(key) } catch { throw .value(error) }
  }

  func optionalInts(_ key: String, in range: ClosedRange<Int>) throws(ModelConfigError) -> [Int]? {
    do { return try text.optionalInts(key, in: range) } catch { throw .value(error) }
  }

  /// The rope of the model, or of one of its layer types.
  func rope(layerType: String? = nil) throws(ModelConfigError) -> Rope {
    do {
      var rope = try Rope(text, layerType: layerType)
      // No model of text alone has such a class, and the table is not looked at for them.
      if rope.isMultimodal || !text.path.isEmpty, MultimodalClass.named(architecture)?.keepsPositions == true {
        rope.keepPositions(isAlways: true)
      }
      return rope
    } catch {
      throw .value(error)
    }
  }
}
