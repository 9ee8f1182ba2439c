/// Hands bytes over in parts of some size, as they come of a pipe.
func eachPart(of bytes: [UInt8], _ size: Int, _ take: (UnsafeRawBufferPointer) -> Void) {
  var start = 0
  while start < bytes.count {
    let end = min(start + size, bytes.count)
    bytes[start..<end].withUnsafeBytes(take)
    start = end
  }
}
