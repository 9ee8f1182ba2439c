/// The places of `count` elements in the order that `precedes` gives; equal ones stay as they were.
///
/// The standard library's sort is made anew for every type of element, 3 kB each: this one sorts numbers alone.
@inline(never)
func placesInOrder(_ count: Int, _ precedes: (Int, Int) -> Bool) -> [Int] {
  (0..<count).sorted(by: precedes)
}

extension Array {
  /// `sorted(by:)` for short lists, whose code is shared by all types of elements.
  package func ordered(by precedes: (Element, Element) -> Bool) -> [Element] {
    placesInOrder(count) { precedes(self[$0], self[$1]) }.map { self[$0] }
  }
}
