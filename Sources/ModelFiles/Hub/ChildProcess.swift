/// A program that is run to its end within a time, and all that it wrote.
package struct ChildProcess: Sendable {
  /// Why there is no output.
  package enum Failure: Error, Equatable, Sendable {
    case notStarted(String)
    /// It was ended after so many seconds.
    case timedOut
    /// A signal ended it.
    case crashed(signal: Int)
    /// It wrote more than is read.
    case tooLong
    case interrupted
  }

  package var status: Int32
  package var output: [UInt8]
  package var error: String

  /// Runs a program.
  ///
  /// - Parameters:
  ///   - environment: All of its variables, as `NAME=VALUE`.
  ///   - seconds: After which it is ended.
  ///   - limit: The most that is read of what it writes.
  package init(
    running program: String, _ arguments: [String], environment: [String], within seconds: Double,
    limit: Int = 1 << 24
  ) throws(Failure) {
    var (output, error): ([UInt8], [UInt8]) = ([], [])
    let end = SystemTime.seconds + seconds
    var isLate = false
    let ending: Subprocess.Ending
    do throws(Subprocess.Failure) {
      ending = try Interrupts.held { () throws(Subprocess.Failure) in
        try Subprocess.run(
          program, arguments, environment: environment, input: [],
          take: { stream, bytes in
            switch stream {
            case .output: output += bytes
            case .error: error += bytes.prefix(max(0, 1 << 16 - error.count))
            }
            return output.count <= limit
          },
          tick: {
            isLate = SystemTime.seconds > end
            return !isLate
          })
      }
    } catch {
      switch error {
      case .notFound: throw .notStarted("there is no '\(program)'")
      case .notStarted(let why): throw .notStarted(why)
      case .interrupted: throw .interrupted
      }
    }
    switch ending {
    case .exited(let status): self.status = status
    case .signalled(let signal): throw .crashed(signal: Int(signal))
    case .stopped: throw isLate ? .timedOut : .tooLong
    }
    self.output = output
    self.error = String(decoding: error, as: UTF8.self)
  }
}
