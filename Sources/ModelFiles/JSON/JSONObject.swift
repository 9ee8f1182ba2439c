/// The members of a JSON object, in the order they were written.
///
/// A key that is written twice keeps its first place and its last value, as in Python, and is listed in
/// ``duplicateKeys``. Two objects are equal when they have equal members in the same order.
package struct JSONObject: Sendable {
  package struct Member: Hashable, Sendable {
    package var key: String
    package var value: JSON
  }

  package private(set) var members: [Member] = []
  /// The keys that were written more than once, each named once for every repetition.
  package private(set) var duplicateKeys: [String] = []
  /// Where each key stands; empty while a linear scan is faster.
  private var index: [String: Int] = [:]

  /// The most members that are searched one by one.
  private static let scanLimit = 16

  package init() {}

  /// Members as they were written, which may repeat a key.
  package init(_ written: [Member]) {
    if written.count <= Self.scanLimit {
      members.reserveCapacity(written.count)
      for member in written { add(member.key, member.value) }
      return
    }
    // An index made in one go costs half of one that grows with each member.
    members = written
    reindex()
    guard index.count < written.count else { return }
    members = []
    index = [:]
    for member in written { add(member.key, member.value) }
  }
}

extension JSONObject {
  package var count: Int { members.count }
  package var isEmpty: Bool { members.isEmpty }

  /// The value of a key; setting `nil` takes the member out, and setting a new key puts it last.
  package subscript(key: String) -> JSON? {
    get {
      if let place = place(of: key) { members[place].value } else { nil }
    }
    set {
      switch (place(of: key), newValue) {
      case (let place?, let value?): members[place].value = value
      case (nil, let value?): append(key, value)
      case (let place?, nil):
        members.remove(at: place)
        reindex()
      case (nil, nil): break
      }
    }
  }

  /// Puts a member last, or replaces the value of a key that is there already and records the repetition.
  package mutating func add(_ key: String, _ value: JSON) {
    if let place = place(of: key) {
      members[place].value = value
      duplicateKeys.append(key)
    } else {
      append(key, value)
    }
  }

  private func place(of key: String) -> Int? {
    if members.count > Self.scanLimit { return index[key] }
    return members.firstIndex { $0.key == key }
  }

  private mutating func append(_ key: String, _ value: JSON) {
    members.append(Member(key: key, value: value))
    if members.count == Self.scanLimit + 1 {
      reindex()
    } else if members.count > Self.scanLimit {
      index[key] = members.count - 1
    }
  }

  private mutating func reindex() {
    index = [:]
    guard members.count > Self.scanLimit else { return }
    index.reserveCapacity(members.count)
    for (place, member) in members.enumerated() { index[member.key] = place }
  }
}

extension JSONObject: Hashable {
  package static func == (lhs: JSONObject, rhs: JSONObject) -> Bool { lhs.members == rhs.members }
  package func hash(into hasher: inout Hasher) { hasher.combine(members) }
}
