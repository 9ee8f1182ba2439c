import ModelFiles
import Plimsoll

/// A type of instance that a cloud rents out, by what accelerators are in it.
package struct CloudInstance: Hashable, Sendable {
  /// The cloud's name for it, `p5.48xlarge`.
  package var name: String
  package var cloud: String
  /// The preset of its accelerators.
  package var gpu: String
  /// How many there are in one.
  package var count: Int
  /// Where that is from; begins with `unverified` where only general knowledge has it.
  package var source: String
}

extension Catalog {
  /// Every type of instance that is built in, cloud by cloud.
  package static func instances() throws(LookupError) -> [CloudInstance] {
    let index = PresetIndex(kind: .instances)
    var found: [CloudInstance] = []
    for (number, cloud) in index.ids.enumerated() {
      guard case .array(let groups)? = try index.parsed(number)["groups"] else { continue }
      for group in groups {
        guard case .object(let types)? = group["types"], case .string(let source)? = group["source"] else { continue }
        for member in types.members {
          guard case .string(let what) = member.value, let colon = what.lastIndex(of: ":"),
            let count = Int(what[what.index(after: colon)...])
          else {
            throw .unreadable(kind: .instances, id: cloud, reason: member.key + " is not GPU:COUNT")
          }
          found.append(
            CloudInstance(
              name: member.key, cloud: cloud, gpu: String(what[..<colon]), count: count, source: source))
        }
      }
    }
    return found
  }

  /// The names of all types; none where the files cannot be read.
  package static var instanceTypes: [String] { ((try? instances()) ?? []).map(\.name) }

  /// The type of a name; capitals do not matter.
  package static func instance(named name: String) throws(LookupError) -> CloudInstance {
    let all = try instances()
    let wanted = name.lowercased()
    if let found = all.first(where: { $0.name.lowercased() == wanted }) { return found }
    throw .unknown(
      kind: .instances, name: name,
      suggestions: NearestName.nearest(to: name, among: all.map(\.name), limit: 3))
  }
}
