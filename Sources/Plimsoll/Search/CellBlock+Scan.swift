/// Axes that are listed: every cell of the grid.
extension CellBlock {
  /// Lengths that stand together in the list and have the same terms.
  private struct Band {
    var terms: CellTerms
    /// The place of the first of them in the list.
    var first: Int
    var lengths: [CellLength] = []
  }

  mutating func scan<Sink: CellSink>(_ seqs: [Int], _ lengths: [Int], _ sink: inout Sink) {
    var loss: Remedy.Loss?
    for seqs in seqs {
      cells += lengths.count * utilizations.count
      forget()
      let bands = bands(seqs, lengths)
      var candidate = candidate(seqs)
      if candidate.figures.loss != loss {
        if loss != nil { sink.end() }
        sink.begin(lengths: lengths.count)
        loss = candidate.figures.loss
      }
      for utilization in utilizations {
        candidate.utilization = utilization
        for band in bands {
          let budget = band.terms.budget(utilization: utilization)
          var place = band.first
          for length in band.lengths {
            decide(&candidate, length, budget, band.terms, place: place, &sink)
            place += 1
          }
        }
      }
    }
    if loss != nil { sink.end() }
  }

  /// The lengths of a list in bands of the same terms, those left out whose cache cannot be planned.
  private mutating func bands(_ seqs: Int, _ lengths: [Int]) -> [Band] {
    var bands: [Band] = []
    let found = places(seqs, lengths)
    for (place, length) in lengths.enumerated() {
      guard let index = found.of[place], let terms = found.terms[index] else { continue }
      let isNext = place > 0 && found.of[place - 1] == index && !bands.isEmpty
      if !isNext { bands.append(Band(terms: terms, first: place)) }
      bands[bands.count - 1].lengths.append(CellLength(length, terms, space.workload))
    }
    return bands
  }

  /// The terms that there are, and which each place of a list has.
  ///
  /// Terms do not shrink as the length grows: those alike at two lengths are alike between, so that few are counted.
  private mutating func places(_ seqs: Int, _ lengths: [Int]) -> (of: [Int?], terms: [CellTerms?]) {
    var of = [Int?](repeating: nil, count: lengths.count)
    var counted: [CellTerms?] = []
    if isLengthFree {
      return ([Int?](repeating: 0, count: lengths.count), [terms(seqs, self.lengths.least)])
    }
    let sorted = lengths.indices.sorted { lengths[$0] < lengths[$1] }
    func count(_ rank: Int, _ block: inout CellBlock, beside ends: [Int]) {
      let new = block.terms(seqs, lengths[sorted[rank]])
      let alike = ends.first { end in of[sorted[end]].map { counted[$0] == new } ?? false }
      of[sorted[rank]] = alike.flatMap { of[sorted[$0]] } ?? counted.count
      if alike == nil { counted.append(new) }
    }
    func fill(_ low: Int, _ high: Int, _ block: inout CellBlock) {
      guard high - low > 1 else { return }
      if !block.isIrregular, of[sorted[low]] == of[sorted[high]] {
        for rank in low + 1..<high { of[sorted[rank]] = of[sorted[low]] }
        return
      }
      let middle = low + (high - low) / 2
      count(middle, &block, beside: [low, high])
      fill(low, middle, &block)
      fill(middle, high, &block)
    }
    if let last = sorted.indices.last {
      count(0, &self, beside: [])
      if last > 0 { count(last, &self, beside: [0]) }
      fill(0, last, &self)
    }
    return (of, counted)
  }
}
