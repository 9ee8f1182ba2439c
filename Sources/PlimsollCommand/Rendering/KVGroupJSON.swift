import ModelFiles
import Plimsoll

/// The groups of a block pool, equal ones folded.
enum KVGroupJSON {
  static func folded(_ groups: [KVCacheGroup]) -> [JSON] {
    struct Row: Hashable {
      var kind: String
      var layers: Int
      var blockSize: Int
      var page: Int
    }
    var rows: [(row: Row, count: Int)] = []
    for group in groups {
      guard let spec = group.specs.first else { continue }
      let row = Row(
        kind: spec.kindName, layers: group.layers.count, blockSize: spec.blockSize,
        page: group.specs.map(\.pageSize.count).max() ?? 0)
      if let index = rows.firstIndex(where: { $0.row == row }) { rows[index].count += 1 } else { rows.append((row, 1)) }
    }
    return rows.map { row, count in
      [
        "kind": .string(row.kind), "count": .integer(count), "layers": .integer(row.layers),
        "block_size": .integer(row.blockSize), "page_bytes": .integer(row.page),
      ]
    }
  }
}
