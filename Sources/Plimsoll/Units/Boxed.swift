/// A large value kept behind one pointer, so that what holds it is cheap to copy; reads and writes like the value.
///
/// The storage is never changed once made, only replaced, so that copies stay apart.
@propertyWrapper
public struct Boxed<Value: Sendable>: Sendable {
  private final class Storage: Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
  }

  private var storage: Storage

  public init(wrappedValue: Value) { storage = Storage(wrappedValue) }

  /// The value itself.
  public var wrappedValue: Value {
    get { storage.value }
    set { storage = Storage(newValue) }
  }
}

extension Boxed: Equatable where Value: Equatable {
  public static func == (lhs: Boxed, rhs: Boxed) -> Bool {
    lhs.storage === rhs.storage || lhs.storage.value == rhs.storage.value
  }
}

extension Boxed: Hashable where Value: Hashable {
  /// Hashes the value, not the storage.
  public func hash(into hasher: inout Hasher) { hasher.combine(storage.value) }
}
