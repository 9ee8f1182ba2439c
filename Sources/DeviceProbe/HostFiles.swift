import Plimsoll

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the host's kernel says in /proc.
enum HostFiles {
  /// The memory that a program could still take (`MemAvailable`), and all there is.
  static func memory(_ path: String = "/proc/meminfo") -> (available: Bytes, total: Bytes)? {
    guard let text = read(path, 1 << 16) else { return nil }
    guard let available = field("MemAvailable:", of: text), let total = field("MemTotal:", of: text) else { return nil }
    return (available, total)
  }

  /// A line such as `MemAvailable:   52342384 kB`.
  static func field(_ name: String, of text: String) -> Bytes? {
    for line in text.split(separator: "\n") where line.hasPrefix(name) {
      let words = line.dropFirst(name.utf8.count).split(separator: " ")
      guard let first = words.first, let count = Int(first), count >= 0, count < 1 << 50 else { return nil }
      return .kib(count)
    }
    return nil
  }

  /// The command of a process, where this one may see it: another container's is hidden.
  static func processName(_ pid: Int) -> String? {
    guard let text = read("/proc/" + String(pid) + "/comm", 256) else { return nil }
    let name = text.prefix { $0 != "\n" }
    return name.isEmpty ? nil : String(name)
  }

  /// Whether this is Windows' Linux, where NVML names no processes.
  static var isWSL: Bool {
    guard let text = read("/proc/sys/kernel/osrelease", 256) else { return false }
    return text.lowercased().holds("microsoft")
  }

  private static func read(_ path: String, _ limit: Int) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      count = max(0, readAll(file, buffer.baseAddress, limit))
    }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }

  /// All of a short file: /proc hands it out in pieces.
  private static func readAll(_ file: Int32, _ start: UnsafeMutableRawPointer?, _ limit: Int) -> Int {
    var count = 0
    while let start, count < limit {
      let more = Self.systemRead(file, start + count, limit - count)
      guard more > 0 else { break }
      count += more
    }
    return count
  }

  private static func systemRead(_ file: Int32, _ start: UnsafeMutableRawPointer, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.read(file, start, count)
    #elseif canImport(Musl)
      Musl.read(file, start, count)
    #else
      Darwin.read(file, start, count)
    #endif
  }
}
