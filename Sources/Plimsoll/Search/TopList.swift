/// The best candidates met so far: a heap with the last of them on top, so that one more is held against that alone.
struct TopList {
  private struct Place {
    var key: Ranking.Key
    /// When it was met; of equal keys the first stays before the others.
    var order: Int
    var slot: Int

    func isBehind(_ other: Place) -> Bool {
      key < other.key || !(other.key < key) && order > other.order
    }
  }

  private var heap: [Place] = []
  private var slots: [Candidate] = []
  private var met = 0
  private let limit: Int

  init(_ limit: Int) { self.limit = limit }

  /// The best, the best first.
  var candidates: [Candidate] { heap.sorted { $1.isBehind($0) }.map { slots[$0.slot] } }

  /// Takes a candidate in where it is better than the last, or there is room.
  mutating func insert(_ candidate: borrowing Candidate, _ key: Ranking.Key) {
    met += 1
    if heap.count < limit {
      heap.append(Place(key: key, order: met, slot: slots.count))
      slots.append(copy candidate)
      var place = heap.count - 1
      while place > 0, heap[place].isBehind(heap[(place - 1) / 2]) {
        heap.swapAt(place, (place - 1) / 2)
        place = (place - 1) / 2
      }
      return
    }
    guard let last = heap.first, last.key < key else { return }
    slots[last.slot] = copy candidate
    let new = Place(key: key, order: met, slot: last.slot)
    var place = 0
    while case let left = 2 * place + 1, left < heap.count {
      let right = left + 1
      let child = right < heap.count && heap[right].isBehind(heap[left]) ? right : left
      guard heap[child].isBehind(new) else { break }
      heap[place] = heap[child]
      place = child
    }
    heap[place] = new
  }
}
