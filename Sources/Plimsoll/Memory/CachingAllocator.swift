/// What PyTorch's caching allocator counts as allocated when tensors are made one after another and none is freed.
///
/// Sizes round up to 512 B. Up to 1 MiB they come from segments of 2 MiB, below 10 MiB from segments of 20 MiB, else
/// from a segment of their own, rounded to 2 MiB. The best-fitting free block is taken; its rest is split off where it
/// is at least 512 B (small) or above 1 MiB (large), else the whole block counts. This is the figure of "Model loading
/// took" (PyTorch `c10/cuda/CUDACachingAllocator.cpp`).
public struct CachingAllocator: Sendable {
  /// The sum of the blocks handed out.
  public private(set) var allocated = Bytes.zero
  /// Free blocks, the smallest first.
  private var freeSmall: [Int] = []
  private var freeLarge: [Int] = []

  public init() {}

  /// Makes a tensor of `size`; nothing for an empty one.
  public mutating func allocate(_ size: Bytes) {
    guard size > .zero else { return }
    let rounded = size.count.roundedUp(toMultipleOf: 512)
    let isSmall = rounded <= 1 << 20
    let block = isSmall ? Self.take(rounded, from: &freeSmall) : Self.take(rounded, from: &freeLarge)
    let found = block ?? Self.segment(for: rounded)
    let rest = found - rounded
    if isSmall ? rest >= 512 : rest > 1 << 20 {
      if isSmall { Self.put(rest, into: &freeSmall) } else { Self.put(rest, into: &freeLarge) }
      allocated += Bytes(rounded)
    } else {
      allocated += Bytes(found)
    }
  }

  private static func segment(for rounded: Int) -> Int {
    if rounded <= 1 << 20 { return 2 << 20 }
    return rounded < 10 << 20 ? 20 << 20 : rounded.roundedUp(toMultipleOf: 2 << 20)
  }

  /// Removes and returns the smallest free block that holds `size`.
  private static func take(_ size: Int, from blocks: inout [Int]) -> Int? {
    let place = Self.place(of: size, in: blocks)
    return place < blocks.count ? blocks.remove(at: place) : nil
  }

  private static func put(_ block: Int, into blocks: inout [Int]) {
    blocks.insert(block, at: place(of: block, in: blocks))
  }

  /// Where the first block stands that is not smaller.
  private static func place(of size: Int, in blocks: [Int]) -> Int {
    var (low, high) = (0, blocks.count)
    while low < high {
      let middle = low + (high - low) / 2
      if blocks[middle] < size { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
