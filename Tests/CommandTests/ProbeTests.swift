import Foundation
import ModelFiles
import Testing

/// `plimsoll probe` as a process, on a machine whose driver the tests compile.
@Suite struct ProbeTests {
  private func probe(_ library: String, _ more: String = "") throws -> String {
    "$plimsoll probe --nvml-library \(library) --cuda-library \(library) --rocm-library \(library) \(more)"
  }

  @Test("the total is CUDA's without a context: NVML's without what the driver keeps")
  func total() throws {
    let library = try standIn("DEVICES=1")
    defer { unlink(library) }
    let document = try shell(probe(library, "--json")).json()
    guard case .array(let devices)? = document["accelerators"] else { throw Missing() }
    #expect(devices.count == 1)
    // 85,520,809,984 on the board, 491,651,072 kept.
    #expect(devices[0]["total_bytes"] == 85_029_158_912)
    #expect(devices[0]["cuda"] == .null)
    #expect(devices[0]["nvml"]?["total_bytes"] == 85_520_809_984)
    #expect(try JSONSchema(named: "probe").complaints(about: document).isEmpty)
  }

  @Test(
    "the largest utilization is the share that is free, in whole hundredths, downwards",
    arguments: [
      // What starts of vLLM printed as free and total, and which utilization it took and which not.
      ("22.06GiB", "23.56GiB", 0.93), ("30.12GiB", "31.84GiB", 0.94), ("19.77GiB", "22.05GiB", 0.89),
    ])
  func utilization(free: String, total: String, most: Double) throws {
    let document = try shell("$plimsoll probe --fake free=\(free),total=\(total) --json").json()
    guard case .array(let devices)? = document["accelerators"] else { throw Missing() }
    #expect(devices.first?["gpu_memory_utilization_max"] == .number(most))
  }

  @Test("a machine that was written is read back the same")
  func replay() throws {
    let library = try standIn("MIG=2")
    defer { unlink(library) }
    let file = library + ".json"
    defer { unlink(file) }
    let written = try shell(probe(library, "--cuda --json") + " | tee \(file)")
    #expect(written.status == 0)
    #expect(try shell("$plimsoll probe --json --fake \(file)").out == written.out)
  }

  @Test("a driver that hangs or crashes takes nothing down")
  func faults() throws {
    let hung = try standIn("HANG")
    defer { unlink(hung) }
    let late = try shell(probe(hung, "--timeout 300ms"))
    #expect(late.status == 5)
    #expect(late.err.contains("did not answer"))
    let broken = try standIn("CRASH", "NO_CUDA")
    defer { unlink(broken) }
    let crashed = try shell(probe(broken))
    #expect(crashed.status == 5)
    #expect(crashed.err.contains("ended the process"))
  }

  @Test("no driver is exit status 5 and one document under --json")
  func none() throws {
    let answer = try shell(probe("/nowhere.so", "--json"))
    #expect(answer.status == 5)
    #expect(try answer.json()["schema"] == "plimsoll.error/1")
  }

  @Test(
    "what cannot be replayed is said",
    arguments: [
      ("--fake nofile.json", 4), ("--fake free=2GiB", 2), ("--fake free=3GiB,total=2GiB", 2),
      ("--fake free=2,total=3", 2),
      ("--wait soon", 2), ("--timeout 0s", 2),
    ] as [(String, Int32)])
  func wrong(words: String, status: Int32) throws {
    #expect(try shell("$plimsoll probe \(words)").status == status)
  }

  private func plan(_ library: String, _ words: String, _ variables: [String: String] = [:]) throws -> Answer {
    try shell(
      "$plimsoll fit QwQ-32B --max-model-len 8192 --gpu probe " + words,
      environment: variables.merging(["PLIMSOLL_NVML_LIBRARY": library, "PLIMSOLL_CUDA_LIBRARY": library]) { $1 })
  }

  @Test("--gpu probe plans with the driver's total and with what is free now")
  func planning() throws {
    let library = try standIn()
    defer { unlink(library) }
    let one = try plan(library, "--json").json()
    #expect(one["accelerator"]?["id"] == "h100-80gb-sxm")
    #expect(one["accelerator"]?["measured"] == true)
    #expect(one["accelerator"]?["total_bytes"] == 85_029_158_912)
    // The second GPU has a GiB less free than the first, and both are needed.
    let two = try plan(library, "--tensor-parallel-size 2 --json").json()
    guard case .integer(let alone)? = one["accelerator"]?["free_bytes"],
      case .integer(let both)? = two["accelerator"]?["free_bytes"]
    else { throw Missing() }
    #expect(alone - both == 1 << 30)
    // More than the machine has.
    #expect(try plan(library, "--tensor-parallel-size 4").status == 1)
  }

  @Test(
    "CUDA_VISIBLE_DEVICES chooses by number and by identity, and may hide all",
    arguments: [
      ("1", 0, 1), ("GPU-0a0b0c0d-0e0f-1011-1213-141516171801", 0, 1), ("0,1", 0, 0), ("-1", 5, nil), ("", 5, nil),
      ("7", 5, nil), ("1,nonsense,0", 0, 1),
    ] as [(String, Int32, Int?)])
  func visible(list: String, status: Int32, gibLess: Int?) throws {
    let library = try standIn()
    defer { unlink(library) }
    let answer = try plan(library, "--json", ["CUDA_VISIBLE_DEVICES": list])
    #expect(answer.status == status)
    guard let gibLess else { return }
    let whole = try plan(library, "--json").json()
    guard case .integer(let first)? = whole["accelerator"]?["free_bytes"],
      case .integer(let shown)? = try answer.json()["accelerator"]?["free_bytes"]
    else { throw Missing() }
    #expect(first - shown == gibLess << 30)
  }

  struct Missing: Error {}
}
