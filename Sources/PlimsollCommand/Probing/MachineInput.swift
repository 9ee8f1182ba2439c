import CommandLineKit
import DeviceProbe
import ModelFiles
import Plimsoll

/// No driver or no device to look at: exit status 5.
struct DeviceFailure: CommandFailure {
  var code: String
  var message: String
  var suggestions: [String] = []
  var exitStatus: Int32 { 5 }
}

/// A machine that was looked at, or that a user describes.
struct MachineInput {
  var libraries: MachineProbe.Paths
  var asksCUDA = false
  /// After which a driver that does not answer is given up.
  var seconds = 20.0

  private var environment: @Sendable (String) -> String?

  /// - Parameter environment: The variables of this process: which devices it may use, and where the driver is.
  init(_ environment: @escaping @Sendable (String) -> String?) {
    self.environment = environment
    libraries = MachineProbe.Paths(
      nvml: environment("PLIMSOLL_NVML_LIBRARY"), cuda: environment("PLIMSOLL_CUDA_LIBRARY"),
      rocm: environment("PLIMSOLL_ROCM_LIBRARY"))
  }

  /// Looks at this machine, in a process of its own: a driver may hang, or take down whoever loaded it.
  func look() throws -> Machine {
    var words = [Probe.name, "--here"]
    if asksCUDA { words.append("--cuda") }
    for (flag, path) in [
      ("--nvml-library", libraries.nvml), ("--cuda-library", libraries.cuda), ("--rocm-library", libraries.rocm),
    ] {
      if let path { words += [flag, path] }
    }
    let names = [
      "PATH", "HOME", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "NVIDIA_VISIBLE_DEVICES",
      "CUDA_MPS_PIPE_DIRECTORY", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES",
    ]
    let variables = names.compactMap { name in environment(name).map { name + "=" + $0 } }
    let child: ChildProcess
    do throws(ChildProcess.Failure) {
      child = try ChildProcess(running: "/proc/self/exe", words, environment: variables, within: seconds)
    } catch {
      switch error {
      case .timedOut:
        throw DeviceFailure(
          code: "driver-hangs",
          message: "the driver did not answer within \(seconds.fixed(0)) s; 'nvidia-smi' should hang as well")
      case .crashed(let signal):
        throw DeviceFailure(
          code: "driver-crashes", message: "the driver's library ended the process that asked it (signal \(signal))")
      case .notStarted(let why):
        throw DeviceFailure(code: "probe-not-started", message: "the probe cannot be started: \(why)")
      case .tooLong:
        throw DeviceFailure(code: "driver-unreadable", message: "the driver says more than can be true")
      case .interrupted: throw DeviceFailure(code: "interrupted", message: "interrupted")
      }
    }
    // A library may write on standard output too; the answer is the line that is one.
    let answer = child.output.split(separator: UInt8(ascii: "\n"))
      .first { $0.starts(with: "{\"schema\":\"plimsoll.".utf8) }.flatMap { try? JSON.parse(Array($0)) }
    if let answer, let machine = MachineJSON.machine(answer) { return machine }
    if case .string(let message)? = answer?["message"] { throw DeviceFailure(code: "no-driver", message: message) }
    throw DeviceFailure(code: "driver-unreadable", message: "the probe's answer cannot be read: \(child.error)")
  }

  /// Looks at this machine in this process.
  func lookHere() throws(DeviceFailure) -> Machine {
    do throws(DriverFailure) {
      let isInOrderOfBus = environment("CUDA_DEVICE_ORDER") == "PCI_BUS_ID"
      return try MachineProbe(paths: libraries, asksCUDA: asksCUDA, isInOrderOfBus: isInOrderOfBus).look()
    } catch {
      throw DeviceFailure(code: "no-driver", message: error.sentence)
    }
  }
}

/// A machine to replay: a file that `probe --json` wrote, or `free=SIZE,total=SIZE[,name=NAME][,count=N]`; with
/// `available=` in place of `free=` an integrated device, which lives from what its host has available.
struct FakeMachine: CommandValue {
  static var placeholder: String { "FILE.json" }
  var path: String?
  var machine: Machine?

  init(word: String) throws(ValueError) {
    let keys = ["free", "available", "total", "name", "count"]
    guard keys.contains(where: { word.hasPrefix($0 + "=") }) else {
      path = word
      return
    }
    var (name, count): (String, Int) = ("unnamed GPU", 1)
    var (free, available, total): (Bytes?, Bytes?, Bytes?) = (nil, nil, nil)
    for part in word.split(separator: ",", omittingEmptySubsequences: false) {
      guard let equals = part.firstIndex(of: "=") else { throw ValueError("'\(part)' is not KEY=VALUE") }
      let value = String(part[part.index(after: equals)...])
      switch part[..<equals] {
      case "free": free = try SizeArgument(word: value).bytes
      case "available": available = try SizeArgument(word: value).bytes
      case "total": total = try SizeArgument(word: value).bytes
      case "name": name = value
      case "count":
        guard let number = Int(value), (1...64).contains(number) else { throw ValueError("'\(value)' is not 1 to 64") }
        count = number
      case let key: throw ValueError.noneOf(keys, String(key))
      }
    }
    guard let total, let room = free ?? available, room <= total, free == nil || available == nil else {
      throw ValueError("a machine needs free=SIZE,total=SIZE or available=SIZE,total=SIZE, total the more")
    }
    var made = Machine()
    if available != nil { (made.hostAvailable, made.hostTotal) = (room, total) }
    for index in 0..<count {
      var device = ProbedDevice(index: index, name: name)
      (device.cudaFree, device.cudaTotal) = (room, total)
      device.isIntegrated = available != nil
      made.devices.append(device)
    }
    machine = made
  }

  func read() throws -> Machine {
    if let machine { return machine }
    let path = self.path ?? ""
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try FileReader.read(path, limit: .mib(16))
    } catch {
      throw InputFailure(code: "unreadable-machine", message: error.message)
    }
    guard let document = try? JSON.parse(bytes), let machine = MachineJSON.machine(document) else {
      throw InputFailure(
        code: "unreadable-machine", message: "'\(path)' is not what 'plimsoll probe --json' writes (plimsoll.probe/1)")
    }
    return machine
  }
}
