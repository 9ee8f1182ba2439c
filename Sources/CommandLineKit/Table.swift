/// Rows under aligned columns, measured as they are displayed.
package struct Table: Sendable {
  package struct Column: Sendable {
    package var title: String
    package var alignment: Alignment
    package init(_ title: String, _ alignment: Alignment = .left) {
      self.title = title
      self.alignment = alignment
    }
  }

  package var columns: [Column]
  package var rows: [[String]] = []

  package init(_ columns: [Column], rows: [[String]] = []) {
    self.columns = columns
    self.rows = rows
  }

  /// The lines, without ends; a header only where a column has a title. A row may be shorter than the header.
  package func lines(on terminal: Terminal, indent: Int = 0) -> [String] {
    let widths = columns.indices.map { index in
      rows.reduce(columns[index].title.displayWidth) { max($0, index < $1.count ? $1[index].displayWidth : 0) }
    }
    func line(_ cells: [String]) -> String {
      var text = String(repeating: " ", count: indent)
      var owed = 0
      for (index, cell) in cells.prefix(columns.count).enumerated() {
        let space = widths[index] - cell.displayWidth
        let before = columns[index].alignment == .right ? space : 0
        // Spaces are paid when something follows them, so that no line ends in any.
        owed += before
        if !cell.isEmpty {
          text += String(repeating: " ", count: owed) + cell
          owed = 0
        }
        owed += space - before + 2
      }
      return text
    }
    let header = columns.contains { !$0.title.isEmpty } ? [line(columns.map { terminal.paint($0.title, .bold) })] : []
    return header + rows.map(line)
  }
}
