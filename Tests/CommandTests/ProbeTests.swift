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
    let library = try standInDriver("DEVICES=1")
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

  @Test("an integrated device may have what the host has available, and 8 GiB stay the host's")
  func integrated() throws {
    // A GB10's 121.69 GiB: with 102 GiB available starts at 0.87 failed and at 0.83 succeeded; 102 / 121.69 = 0.838.
    // With 120 GiB it is the 8 GiB of the host that decide: 113.69 / 121.69 = 0.934.
    for (available, most) in [("102GiB", 0.83), ("120GiB", 0.93)] {
      let line = "$plimsoll probe --fake available=\(available),total=121.69GiB,name=GB10"
      let document = try shell(line + " --json").json()
      #expect(document.at("accelerators.#0.gpu_memory_utilization_max") == .number(most))
      #expect(document.at("accelerators.#0.integrated") == true)
      #expect(try shell(line).out.contains("8.00 GiB are left to the host"))
    }
  }

  @Test("a plan for such a device says what is left for the host, and warns below 8 GiB")
  func sharedMemory() throws {
    let line = "fit qwen3-8b --gpu gb10 --gpu-free 102GiB --gpu-memory-utilization "
    // Of 121.69 GiB 0.82 leave 21.90, and 0.95 leave 6.08.
    let roomy = try document(line + "0.82")
    #expect(roomy.findings("note").contains("shared-memory"))
    #expect(roomy.items("findings").contains { $0.text("message")?.contains("21.90 GiB are left") == true })
    let most = try #require(roomy.double("limits.gpu_memory_utilization.max"))
    #expect((0.83..<0.84).contains(most))
    #expect(try document(line + "0.95").findings("warning").contains("shared-memory"))
    #expect(try !document("fit qwen3-8b --gpu h100").items("findings").contains { $0.text("code") == "shared-memory" })
  }

  @Test("what that utilization asks for is told in bytes: vLLM rounds its share of the total up")
  func budget() throws {
    let document = try shell("$plimsoll probe --fake free=22.06GiB,total=23.56GiB --json").json()
    // 23.56 × 1,073,741,824 = 25,297,357,373.44; of 25,297,357,373 bytes 0.93 are 23,526,542,356.9.
    #expect(document.at("accelerators.#0.total_bytes") == 25_297_357_373)
    #expect(document.at("accelerators.#0.requested_bytes") == 23_526_542_357)
    #expect(try shell("$plimsoll probe --fake free=22.06GiB,total=23.56GiB").out.contains("23526542357 bytes"))
    // CUDA's figure has the context in it: of several ranks 2,936 - 1,536 MiB of communicators come off it, and
    // (22.06 - 1.37) / 23.56 is 0.878.
    #expect(document.at("accelerators.#0.gpu_memory_utilization_max_several") == 0.87)
  }

  @Test("a library that writes on standard output does not spoil the answer")
  func chatter() throws {
    let library = try standInDriver("CHATTERS", "DEVICES=1")
    defer { unlink(library) }
    let answer = try shell(probe(library, "--json"))
    #expect(answer.status == 0)
    #expect(try answer.json().items("accelerators").count == 1)
  }

  @Test("--wait looks on until memory that is given back late is back")
  func settles() throws {
    let looks = FileManager.default.temporaryDirectory.appending(path: "looks-\(UUID().uuidString)").path
    let library = try standInDriver("DEVICES=1", "SETTLES=\"\(looks)\"")
    defer {
      unlink(library)
      unlink(looks)
    }
    // The first two looks find 20 GiB held.
    let early = try shell(probe(library, "--json")).json()
    #expect(early.at("accelerators.#0.free_bytes") == .integer(85_029_158_912 - 20 << 30))
    let late = try shell(probe(library, "--wait 20s --json")).json()
    #expect(late.at("accelerators.#0.free_bytes") == 85_029_158_912)
  }

  @Test("memory that no process is named for is not said to be held by nobody")
  func unseen() throws {
    let library = try standInDriver("NAMES_NOBODY")
    defer { unlink(library) }
    let lines = try shell(probe(library)).out.split(separator: "\n")
    #expect(lines.first { $0.hasPrefix("  0 ") }?.hasSuffix("nobody") == true)
    #expect(lines.first { $0.hasPrefix("  1 ") }?.hasSuffix("not named: 1.00 GiB") == true)
  }

  @Test("ways between GPUs are told, the most common without its pairs, and what several ranks leave")
  func ways() throws {
    let library = try standInDriver("DEVICES=8")
    defer { unlink(library) }
    let lines = try shell(probe(library)).out.split(separator: "\n").map(String.init)
    // Of 28 pairs 4 have NVLink, 8 share a host bridge, and 16 have nothing in common.
    #expect(
      lines.contains(
        "between GPUs: NVLink: 0-1 2-3 4-5 6-7; PHB: 0-2 0-3 1-2 1-3 4-6 4-7 5-6 5-7; "
          + "SYS, no direct access: the others"))
    // GPU 7 has 7 GiB less than 79.19 GiB: less 2.87 GiB for context and communicators 69.32, of which 0.87 is floored.
    #expect(lines.contains { $0.contains("on several GPUs together up to 0.87") })
    let document = try shell(probe(library, "--json")).json()
    #expect(document.at("accelerators.#7.gpu_memory_utilization_max_several") == 0.87)
    #expect(document.at("accelerators.#0.paths.#3") == ["to": 4, "level": "SYS", "peer": false])
    #expect(try JSONSchema(named: "probe").complaints(about: document).isEmpty)
  }

  @Test("a machine that was written is read back the same")
  func replay() throws {
    let library = try standInDriver("MIG=2")
    defer { unlink(library) }
    let file = library + ".json"
    defer { unlink(file) }
    let written = try shell(probe(library, "--cuda --json") + " | tee \(file)")
    #expect(written.status == 0)
    #expect(try shell("$plimsoll probe --json --fake \(file)").out == written.out)
  }

  @Test("a driver that hangs or crashes takes nothing down")
  func faults() throws {
    let hung = try standInDriver("HANG")
    defer { unlink(hung) }
    let late = try shell(probe(hung, "--timeout 300ms"))
    #expect(late.status == 5)
    #expect(late.err.contains("did not answer"))
    let broken = try standInDriver("CRASH", "NO_CUDA")
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
      ("--fake free=2,total=3", 2), ("--fake free=1GiB,available=1GiB,total=3GiB", 2), ("--fake size=3GiB", 4),
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
    let library = try standInDriver()
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
    // Two ranks make communicators before vLLM looks, whose worst is 2,936 MiB with the context; one rank's context
    // alone is 1,536 MiB at worst (Presets/engines/measured-terms.json). Releases before 0.11 made them later.
    let idle = 85_029_158_912
    #expect(alone == idle - 1536 << 20)
    #expect(both == idle - 1 << 30 - 2936 << 20)
    let older = try plan(library, "--tensor-parallel-size 2 --vllm 0.10.2 --json").json()
    #expect(older["accelerator"]?["free_bytes"] == .integer(idle - 1 << 30 - 1536 << 20))
    // More than the machine has.
    #expect(try plan(library, "--tensor-parallel-size 4").status == 1)
  }

  @Test(
    "CUDA_VISIBLE_DEVICES chooses by number and by identity, and may hide all",
    arguments: [
      ("1", 0, 1), ("GPU-0a0b0c0d-0e0f-1011-1213-141516171801", 0, 1), ("0,1", 0, 0), ("-1", 5, nil), ("", 5, nil),
      ("7", 5, nil), ("1,nonsense,0", 0, 1), ("1,1", 0, 1), ("GPU-0a0b0c0d-0e0f-1011-1213-141516171801,0", 0, 1),
      // The beginning of one identity is one; of two it is neither.
      ("GPU-0a0b0c0d-0e0f-1011-1213-14151617180", 5, nil), ("GPU-", 5, nil), ("nvidia0", 5, nil), (" 1 ", 0, 1),
    ] as [(String, Int32, Int?)])
  func visible(list: String, status: Int32, gibLess: Int?) throws {
    let library = try standInDriver()
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

  @Test("probe says which GPUs a process started here sees, and in which order")
  func visibleIndex() throws {
    let library = try standInDriver("DEVICES=3")
    defer { unlink(library) }
    let chosen = ["CUDA_VISIBLE_DEVICES": "2,0"]
    let document = try shell(probe(library, "--json"), environment: chosen).json()
    #expect(document.items("accelerators").map { $0.int("visible_index") } == [1, nil, 0])
    let text = try shell(probe(library), environment: chosen).out
    #expect(text.contains("CUDA_VISIBLE_DEVICES=2,0 shows vLLM GPU 2, GPU 0"))
    let all = try shell(probe(library, "--json")).json()
    #expect(all.items("accelerators").map { $0.int("visible_index") } == [0, 1, 2])
  }

  @Test("CUDA shows one slice of a GPU in MIG mode and nothing beside it; its identity chooses it")
  func slice() throws {
    let library = try standInDriver("MIG=2")
    defer { unlink(library) }
    for variables in [[:], ["CUDA_VISIBLE_DEVICES": "MIG-00000000-0000-0000-0000-0000000000f0"]] {
      let document = try plan(library, "--json", variables).json()
      // A slice of the stand-in has half of the board, of which the driver keeps as much as of the whole.
      #expect(document["accelerator"]?["total_bytes"] == .integer(85_520_809_984 / 2 - 491_651_072))
    }
    #expect(try plan(library, "--tensor-parallel-size 2").status == 1)
  }

  @Test("numbers count in CUDA's order where GPUs are of several kinds, and in the bus's where that is asked for")
  func mixed() throws {
    let library = try standInDriver("MIXED")
    defer { unlink(library) }
    // CUDA shows the stand-in's second GPU, an H100, first.
    let fastest = try shell(probe(library, "--json"), environment: ["CUDA_VISIBLE_DEVICES": "0,1"]).json()
    #expect(fastest.items("accelerators").map { $0.int("visible_index") } == [1, 0])
    let byBus = ["CUDA_VISIBLE_DEVICES": "0,1", "CUDA_DEVICE_ORDER": "PCI_BUS_ID"]
    let ordered = try shell(probe(library, "--json"), environment: byBus).json()
    #expect(ordered.items("accelerators").map { $0.int("visible_index") } == [0, 1])
  }

  @Test("AMD's variables choose one after the other")
  func amd() throws {
    let library = try standInDriver("NO_NVML", "NO_CUDA", "AMD_SMI")
    defer { unlink(library) }
    let chosen = ["ROCR_VISIBLE_DEVICES": "1,0", "HIP_VISIBLE_DEVICES": "0"]
    let document = try shell(probe(library, "--json"), environment: chosen).json()
    #expect(document.items("accelerators").map { $0.int("visible_index") } == [nil, 0])
  }

  struct Missing: Error {}
}
