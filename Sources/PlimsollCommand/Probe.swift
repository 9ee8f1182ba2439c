import Catalog
import CommandLineKit
import DeviceProbe
import ModelFiles
import Plimsoll

/// `plimsoll probe`: what each GPU of this machine really has free.
struct Probe: Command {
  static let name = "probe"
  static let summary = "Ask the driver what each GPU of this machine has free, and who holds the rest."
  static let discussion = """
    NVML is asked, which takes no memory. With --cuda a context is made on each device in turn and given back: the \
    figures are then those that vLLM will see. Exit status: 0, 2 wrong command line, 4 FILE cannot be read, 5 no \
    usable driver or device.
    """
  static let examples = [
    Example("plimsoll probe", "the GPUs of this machine"),
    Example("plimsoll probe --wait 30s", "when what ended before has given its memory back"),
    Example("plimsoll probe --json > machine.json", "to plan for this machine elsewhere"),
  ]

  var cuda = false
  var fake: FakeMachine?
  var wait: DurationArgument?
  var timeout: DurationArgument?
  var nvmlLibrary: String?
  var cudaLibrary: String?
  var rocmLibrary: String?
  var isHere = false
  var json = false
  var displayOptions = DisplayOptions()
  var display: DisplayOptions { displayOptions }

  static var sections: [Section<Probe>] {
    [
      Section(
        "How to look",
        [
          .flag("--cuda", to: \.cuda, help: "Ask CUDA too, in a context that is given back at once."),
          .option("--wait", to: \.wait, help: "Look until free memory has settled, and no longer than this."),
          .option("--timeout", to: \.timeout, help: "Give up a driver that does not answer (20s)."),
          .option(
            "--fake", to: \.fake,
            help: "Replay a machine: what --json wrote, or free=SIZE,total=SIZE[,name=NAME][,count=N]; "
              + "available=SIZE in place of free= where GPU and host share memory."),
          .flag("--json", to: \.json, help: "One JSON document on standard output."),
        ]),
      Section(
        "Where the driver is",
        [
          .option("--nvml-library", to: \.nvmlLibrary, value: "FILE", help: "In place of libnvidia-ml.so.1."),
          .option("--cuda-library", to: \.cudaLibrary, value: "FILE", help: "In place of libcuda.so.1."),
          .option("--rocm-library", to: \.rocmLibrary, value: "FILE", help: "In place of librocm_smi64.so."),
          Parameter.flag("--here", to: \.isHere, help: "Look in this process.").unlisted(),
        ]
      ).hidden(),
      DisplayOptions.section.inside(\.displayOptions),
    ]
  }

  private func input(_ context: Context) -> MachineInput {
    var input = MachineInput(context.environment)
    input.libraries.nvml = nvmlLibrary ?? input.libraries.nvml
    input.libraries.cuda = cudaLibrary ?? input.libraries.cuda
    input.libraries.rocm = rocmLibrary ?? input.libraries.rocm
    input.asksCUDA = cuda
    if let timeout { input.seconds = timeout.seconds }
    return input
  }

  func run(_ context: inout Context) throws -> Int32 {
    if isHere {
      do throws(DeviceFailure) {
        let machine = try input(context).lookHere()
        // A line of its own, whatever the library wrote before it.
        context.out.line("\n" + MachineJSON.document(machine, isRaw: true).serialized(pretty: false))
        return 0
      } catch {
        context.out.line("\n" + FailureReport.json(error).serialized(pretty: false))
        return error.exitStatus
      }
    }
    let machine = try fake?.read() ?? settled(context)
    // Whoever replays a machine asks for all of it.
    let choice = fake == nil ? VisibleAccelerators.choice(of: machine, context.environment) : nil
    if json {
      let visible = choice?.devices ?? VisibleAccelerators.shown(machine)
      context.out.line(MachineJSON.document(machine, visible: visible).serialized(pretty: true))
    } else {
      MachineReport(machine: machine, visible: choice).write(to: &context)
    }
    return machine.devices.contains { $0.total != nil || $0.nvml != nil } ? 0 : 5
  }

  /// The machine once its free memory stays where it is: a process that has ended gives its memory back seconds later,
  /// and holds all of it until then, so that three looks in a row have to agree.
  private func settled(_ context: Context) throws -> Machine {
    let input = input(context)
    var machine = try input.look()
    guard let wait else { return machine }
    let end = SystemTime.seconds + wait.seconds
    var calm = 0
    while calm < 3, SystemTime.seconds < end {
      guard Interrupts.pause(1) else { break }
      let next = try input.look()
      let isSettled = zip(machine.devices, next.devices).allSatisfy { before, after in
        guard let one = before.free, let other = after.free else { return true }
        return max(one, other) - min(one, other) < .mib(64)
      }
      machine = next
      calm = isSettled ? calm + 1 : 0
    }
    return machine
  }
}

/// A time such as `30s`, `2m` or `500ms`.
struct DurationArgument: CommandValue {
  static var placeholder: String { "TIME" }
  var seconds: Double

  init(word: String) throws(ValueError) {
    let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)]
    for (unit, factor) in units where word.hasSuffix(unit) {
      guard let number = Double(word.dropLast(unit.utf8.count)), number > 0, number * factor <= 86_400 else { continue }
      seconds = number * factor
      return
    }
    throw ValueError("'\(word)' is not a time such as 30s or 2m, up to a day", code: "bad-time")
  }
}
