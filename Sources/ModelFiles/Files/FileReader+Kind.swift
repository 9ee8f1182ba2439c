#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension FileReader {
  /// Whether a folder has an entry of that name, also one that leads nowhere: a link to what is gone, or to itself.
  package static func hasEntry(_ path: String) -> Bool {
    var status = stat()
    return !path.utf8.contains(0) && lstat(path, &status) == 0
  }

  /// Whether there is something at a path that is neither a file nor a folder, so that reading it could wait for
  /// ever: a pipe, a socket, a device.
  package static func isSpecial(_ path: String) -> Bool {
    var status = stat()
    guard !path.utf8.contains(0), stat(path, &status) == 0 else { return false }
    return status.st_mode & S_IFMT != S_IFREG && status.st_mode & S_IFMT != S_IFDIR
  }
}
