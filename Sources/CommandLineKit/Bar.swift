/// A bar in segments, each its share of the whole, exactly as wide as asked.
package struct Bar: Sendable {
  package struct Segment: Sendable {
    package var amount: Int
    /// One cell, where the terminal shows more than ASCII.
    package var glyph: Character
    /// One cell, where it does not.
    package var ascii: Character
    package var styles: [Style]

    package init(_ amount: Int, glyph: Character, ascii: Character, _ styles: Style...) {
      self.amount = amount
      self.glyph = glyph
      self.ascii = ascii
      self.styles = styles
    }
  }

  package var segments: [Segment]
  /// What the whole width stands for; never less than the segments together.
  package var total: Int

  package init(_ segments: [Segment], of total: Int = 0) {
    self.segments = segments
    self.total = total
  }

  /// The bar; what no segment covers is left blank.
  package func drawn(on terminal: Terminal, width: Int) -> String {
    let cells = self.cells(width: width)
    var text = ""
    for (segment, count) in zip(segments, cells) where count > 0 {
      let glyph = terminal.unicode ? segment.glyph : segment.ascii
      text += terminal.paint(String(repeating: glyph, count: count), segment.styles)
    }
    let drawn = cells.dropLast().reduce(0, +)
    return text + String(repeating: " ", count: max(0, width - drawn))
  }

  /// The cells of each segment and, last, those left blank: `width` in all, by largest remainders.
  ///
  /// An amount above zero gets a cell where the width allows, from the segment that has most.
  package func cells(width: Int) -> [Int] {
    guard width > 0 else { return Array(repeating: 0, count: segments.count + 1) }
    // No sum may overflow, whatever the amounts.
    let most = UInt.max / UInt(max(segments.count, 1))
    var amounts = segments.map { min(UInt(max($0.amount, 0)), most) }
    let covered = amounts.reduce(0, +)
    let whole = max(covered, UInt(max(total, 0)))
    amounts.append(whole - covered)
    guard whole > 0 else { return amounts.indices.map { $0 == segments.count ? width : 0 } }
    var cells: [Int] = []
    var remainders: [UInt] = []
    for amount in amounts {
      let share = whole.dividingFullWidth(amount.multipliedFullWidth(by: UInt(width)))
      cells.append(Int(share.quotient))
      remainders.append(share.remainder)
    }
    let byRemainder = amounts.indices.sorted { (remainders[$1], $0) < (remainders[$0], $1) }
    for index in byRemainder.prefix(width - cells.reduce(0, +)) { cells[index] += 1 }
    // Larger amounts first, for a bar too narrow for all.
    for index in amounts.indices.sorted(by: { (amounts[$1], $0) < (amounts[$0], $1) })
    where amounts[index] > 0 && cells[index] == 0 {
      guard let giver = cells.indices.max(by: { (cells[$0], $1) < (cells[$1], $0) }), cells[giver] > 1 else { break }
      cells[giver] -= 1
      cells[index] = 1
    }
    return cells
  }
}
