#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A shared library opened at run time, and its functions looked up by name.
///
/// Nothing is linked: the tool runs where no driver is installed, and says so when it is asked to look. A driver's
/// library is never closed, for several keep threads of their own that would go on without their code.
struct DynamicLibrary {
  /// The name or path that was opened.
  var name: String
  private var handle: UnsafeMutableRawPointer

  /// Opens the first of these names that there is.
  init(anyOf names: [String]) throws(DriverFailure) {
    var says = ""
    for name in names {
      if let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) {
        self.name = name
        self.handle = handle
        return
      }
      // The first name is the one that a driver installs; what is wrong with it says most.
      if says.isEmpty, let text = dlerror() { says = String(cString: text) }
    }
    throw .noLibrary(name: names.first ?? "", says: says)
  }

  /// The function of that name, or nil where this version of the library has none.
  func function<Function>(_ name: String, as _: Function.Type = Function.self) -> Function? {
    dlsym(handle, name).map { unsafeBitCast($0, to: Function.self) }
  }

  /// The function of that name.
  func need<Function>(_ name: String, as _: Function.Type = Function.self) throws(DriverFailure) -> Function {
    guard let function: Function = function(name) else { throw .noFunction(library: self.name, name: name) }
    return function
  }
}

/// The text that a C function writes into a buffer of so many bytes.
func readText<Failure: Error>(
  _ capacity: Int, _ fill: (UnsafeMutablePointer<CChar>) throws(Failure) -> Void
) throws(Failure) -> String {
  let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: capacity)
  defer { buffer.deallocate() }
  buffer.initialize(repeating: 0, count: capacity)
  try fill(buffer)
  buffer[capacity - 1] = 0
  return String(cString: buffer)
}
