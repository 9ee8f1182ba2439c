import Plimsoll

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes the files of a cache: what is under a name there is whole, whoever else writes.
enum CacheFiles {
  /// Puts a file in place in one step; readers see the old one or the new one.
  ///
  /// - Parameter replaces: Whether it may take the place of one that is there.
  /// - Throws: ``FileError`` in the system's words where there is no room or no permission.
  static func write(_ parts: [ArraySlice<UInt8>], to path: String, replaces: Bool = true) throws(FileError) {
    try makeFolder(FilePaths.folder(of: path))
    let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max))"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(temporary) }
    var problem: FileError?
    // A limit on the size of files is a signal else.
    let before = signal(SIGXFSZ, SIG_IGN)
    for part in parts where problem == nil { problem = put(part, descriptor, temporary) }
    signal(SIGXFSZ, before)
    if close(descriptor) != 0, problem == nil { problem = failure(temporary) }
    // A link, unlike a new name, takes nobody's place.
    if problem == nil, (replaces ? rename(temporary, path) : link(temporary, path)) != 0 { problem = failure(path) }
    if problem != nil || !replaces { unlink(temporary) }
    if let problem { throw problem }
  }

  /// A new folder that this process alone uses, in the first of these that takes one.
  static func makeScratch(in folders: [String]) throws(FileError) -> String {
    var problem = FileError(path: "/tmp", problem: .missing)
    for folder in folders {
      do throws(FileError) {
        try makeFolder(folder)
      } catch {
        problem = error
        continue
      }
      removeOldScratch(in: folder)
      let path = FilePaths.join(folder, "plimsoll-\(getpid())-\(UInt32.random(in: 0 ... .max))")
      if mkdir(path, 0o700) == 0 { return path }
      problem = failure(path)
    }
    throw problem
  }

  /// Takes away what a run left that was killed, a day later.
  private static func removeOldScratch(in folder: String) {
    for name in (try? FileReader.names(in: folder)) ?? [] where name.hasPrefix("plimsoll-") {
      let path = FilePaths.join(folder, name)
      var status = stat()
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid() else { continue }
      #if canImport(Darwin)
        let changed = status.st_mtimespec.tv_sec
      #else
        let changed = status.st_mtim.tv_sec
      #endif
      if SystemTime.epoch - Int(changed) > 86_400 { removeFolder(path) }
    }
  }

  /// Takes a folder away with the files in it.
  static func removeFolder(_ path: String) {
    for name in (try? FileReader.names(in: path)) ?? [] { unlink(FilePaths.join(path, name)) }
    rmdir(path)
  }

  static func remove(_ path: String) { unlink(path) }

  /// How long a file is by now; nil where there is none.
  static func size(_ path: String) -> Bytes? {
    var status = stat()
    return stat(path, &status) == 0 ? Bytes(Int(status.st_size)) : nil
  }

  private static func makeFolder(_ path: String) throws(FileError) {
    if FileReader.isDirectory(path) { return }
    if mkdir(path, 0o755) == 0 || errno == EEXIST && FileReader.isDirectory(path) { return }
    guard errno == ENOENT else { throw failure(path) }
    let above = FilePaths.folder(of: path)
    guard above != path, above != "." else { throw failure(path) }
    try makeFolder(above)
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw failure(path) }
  }

  private static func put(_ bytes: ArraySlice<UInt8>, _ descriptor: Int32, _ path: String) -> FileError? {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent) }
      if count < 0 {
        if errno == EINTR { continue }
        return failure(path)
      }
      sent += count
    }
    return nil
  }

  private static func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
    #if canImport(Darwin)
      Darwin.write(descriptor, start, count)
    #elseif canImport(Musl)
      Musl.write(descriptor, start, count)
    #else
      Glibc.write(descriptor, start, count)
    #endif
  }

  private static func failure(_ path: String) -> FileError {
    let code = errno
    let permission = code == EACCES || code == EPERM
    return FileError(
      path: path, problem: permission ? .notPermitted : .unreadable(String(cString: strerror(code))))
  }
}
