// A driver that is none: NVML, CUDA, ROCm SMI and AMD SMI in one library, as much of each as the probe asks for.
// How it behaves is chosen when it is compiled, so that each test loads the machine that it is about.
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifndef DEVICES
#define DEVICES 2
#endif
#ifndef INIT_CODE
#define INIT_CODE 0
#endif
#ifndef MEMORY_CODE
#define MEMORY_CODE 0
#endif
#ifndef COUNT_CODE
#define COUNT_CODE 0
#endif
#ifndef HANDLE_CODE
#define HANDLE_CODE 15
#endif
#ifndef RESERVED
#define RESERVED 491651072ull
#endif
#define TOTAL 85520809984ull
#define CUDA_TOTAL 85029158912ull
#define MIB 1048576ull

typedef int code;
typedef void *handle;
static int place(handle h) { return (int)(size_t)h - 1; }
static handle of(unsigned i) { return (handle)(size_t)(i + 1); }

#ifndef NO_NVML
code nvmlInit_v2(void) {
#ifdef HANG
  sleep(600);
#endif
#ifdef CRASH
  *(volatile int *)8 = 1;
#endif
#ifdef CHATTERS
  printf("a library that writes where it should not\nand ends no line");
  fflush(stdout);
#endif
  return INIT_CODE;
}
code nvmlShutdown(void) {
#ifdef CHATTERS
  printf("nor at its end\n");
#endif
  return 0;
}
code nvmlSystemGetDriverVersion(char *s, unsigned n) { strncpy(s, "575.57.08", n); return 0; }
code nvmlSystemGetCudaDriverVersion_v2(int *v) { *v = 12090; return 0; }
code nvmlDeviceGetCount_v2(unsigned *n) { *n = DEVICES; return COUNT_CODE; }
code nvmlDeviceGetHandleByIndex_v2(unsigned i, handle *h) {
#ifdef LOST
  if (i == LOST) return HANDLE_CODE;
#endif
  *h = of(i);
  return 0;
}
// A GPU that falls off the bus after its handle was given.
#ifdef FALLS
#define GONE(h) if (place(h) == FALLS) return 15;
#else
#define GONE(h)
#endif
code nvmlDeviceGetName(handle h, char *s, unsigned n) {
#ifdef MIXED
  if (place(h) == 0) { strncpy(s, "NVIDIA L4", n); return 0; }
#endif
  strncpy(s, place(h) >= 100 ? "NVIDIA H100 80GB HBM3 MIG 3g.40gb" : "NVIDIA H100 80GB HBM3", n);
  return 0;
}
code nvmlDeviceGetUUID(handle h, char *s, unsigned n) {
  strncpy(s, place(h) >= 100 ? "MIG-00000000-0000-0000-0000-0000000000ff" : "GPU-0a0b0c0d-0e0f-1011-1213-141516171800", n);
  s[39] = (char)('0' + place(h) % 100);
  return 0;
}
typedef struct { char legacy[16]; unsigned domain, bus, device, id, subsystem; char address[32]; } pci;
code nvmlDeviceGetPciInfo_v3(handle h, pci *p) {
  strcpy(p->address, "00000000:1B:00.0");
  p->address[10] = (char)('B' + place(h));
  return 0;
}
code nvmlDeviceGetCudaComputeCapability(handle h, int *major, int *minor) { (void)h; *major = 9; *minor = 0; return 0; }
typedef struct { unsigned long long total, free, used; } memory1;
typedef struct { unsigned version; unsigned long long total, reserved, free, used; } memory2;
code nvmlDeviceGetMemoryInfo(handle h, memory1 *m) {
  (void)h;
  GONE(h)
  m->total = TOTAL; m->used = 1024 * MIB; m->free = TOTAL - m->used;
  return MEMORY_CODE;
}
#ifndef OLD
code nvmlDeviceGetMemoryInfo_v2(handle h, memory2 *m) {
  if (m->version != (sizeof(memory2) | 2u << 24)) return 25;
  GONE(h)
  m->total = place(h) >= 100 ? TOTAL / 2 : TOTAL; m->reserved = RESERVED;
  m->used = (unsigned long long)(place(h) % 100) * 1024 * MIB; m->free = m->total - m->reserved - m->used;
#ifdef SETTLES
  // Each look is a process of its own: how many there were is the size of a file. What was held comes back at the third.
  FILE *looks = fopen(SETTLES, "a+");
  if (looks) {
    fseek(looks, 0, SEEK_END);
    if (ftell(looks) < 2) { m->used += 20480 * MIB; m->free -= 20480 * MIB; }
    fputc('.', looks);
    fclose(looks);
  }
#endif
  return MEMORY_CODE;
}
#endif
typedef struct { unsigned pid; unsigned long long used; unsigned gpu, compute; } process;
code nvmlDeviceGetComputeRunningProcesses_v3(handle h, unsigned *n, process *p) {
#ifdef HIDES_PROCESSES
  (void)h; (void)p; *n = 0;
  return 4;
#elif defined(NAMES_NOBODY)
  (void)h; (void)p; *n = 0;
  return 0;
#else
  // More than there is room for at first, so that the caller has to ask again.
  unsigned count = place(h) == 1 ? 80 : 1;
  if (*n < count) { *n = count; return 7; }
  for (unsigned i = 0; i < count; i++) {
    p[i].pid = i ? 4000000u + i : (unsigned)getpid();
    p[i].used = i ? 8 * MIB : ~0ull;
  }
  *n = count;
  return 0;
#endif
}
code nvmlDeviceGetEccMode(handle h, unsigned *now, unsigned *later) { (void)h; *now = 1; *later = 1; return 0; }
code nvmlDeviceGetDisplayActive(handle h, unsigned *on) { *on = place(h) == 0; return 0; }
code nvmlDeviceGetPersistenceMode(handle h, unsigned *on) { (void)h; *on = 1; return 0; }
code nvmlDeviceGetMigMode(handle h, unsigned *now, unsigned *later) {
#ifdef MIG
  *now = *later = place(h) == 0;
  return 0;
#else
  (void)h; (void)now; (void)later;
  return 3;
#endif
}
code nvmlDeviceGetMaxMigDeviceCount(handle h, unsigned *n) { (void)h; *n = 7; return 0; }
code nvmlDeviceGetMigDeviceHandleByIndex(handle h, unsigned i, handle *slice) {
  (void)h;
#ifdef MIG
  if (i < MIG) { *slice = of(100 + i); return 0; }
#endif
  (void)i; (void)slice;
  return 6;
}
// NVLink joins each with its neighbour, 0 with 1 and 2 with 3; memory is read within a host bridge.
code nvmlDeviceGetP2PStatus(handle a, handle b, int index, int *status) {
  int near = place(a) / 2 == place(b) / 2;
  *status = a != b && (index == 2 ? near : index == 0 && place(a) / 4 == place(b) / 4) ? 0 : 5;
  return 0;
}
code nvmlDeviceGetTopologyCommonAncestor(handle a, handle b, int *level) {
#ifdef NO_TOPOLOGY
  return 3;
#else
  *level = place(a) / 2 == place(b) / 2 ? 10 : place(a) / 4 == place(b) / 4 ? 30 : 50;
  return 0;
#endif
}
code nvmlDeviceGetNvLinkState(handle h, unsigned link, unsigned *up) {
  (void)h;
  if (link >= 18) return 2;
  *up = link < 12;
  return 0;
}
#endif

#ifndef NO_CUDA
static int current = -1, contexts = 0;
code cuInit(unsigned flags) { (void)flags; return DEVICES ? 0 : 100; }
code cuDeviceGetCount(int *n) { *n = DEVICES; return 0; }
code cuDeviceGet(int *d, int i) { *d = DEVICES - 1 - i; return 0; }
code cuDeviceGetName(char *s, int n, int d) {
#ifdef MIXED
  if (d == 0) { strncpy(s, "NVIDIA L4", (size_t)n); return 0; }
#endif
  strncpy(s, "NVIDIA H100 80GB HBM3", (size_t)n);
  return 0;
}
code cuDeviceTotalMem_v2(size_t *b, int d) { (void)d; *b = CUDA_TOTAL; return 0; }
code cuDeviceGetAttribute(int *v, int a, int d) {
  (void)d;
#ifdef INTEGRATED
  *v = a == 18 ? 1 : a == 75 ? 12 : a == 76 ? 1 : 0;
#else
  *v = a == 75 ? 9 : 0;
#endif
  return 0;
}
code cuDeviceGetPCIBusId(char *s, int n, int d) { strncpy(s, "0000:1B:00.0", (size_t)n); s[6] = (char)('B' + d); return 0; }
code cuDeviceGetUuid_v2(unsigned char *u, int d) {
  static const unsigned char own[16] = {0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0};
  memcpy(u, own, 16);
  u[15] = (unsigned char)d;
  return 0;
}
code cuDevicePrimaryCtxRetain(handle *c, int d) {
#ifdef FULL
  if (d == 0) return 2;
#endif
  *c = of((unsigned)d); contexts++;
  return 0;
}
code cuDevicePrimaryCtxRelease_v2(int d) { (void)d; contexts--; return 0; }
code cuCtxPushCurrent_v2(handle c) { current = place(c); return 0; }
code cuCtxPopCurrent_v2(handle *c) { *c = of((unsigned)current); current = -1; return 0; }
code cuMemGetInfo_v2(size_t *free, size_t *total) {
  if (current < 0 || contexts != 1) return 201;
  *total = CUDA_TOTAL; *free = CUDA_TOTAL - (size_t)(current + 1) * 1024 * MIB;
  return 0;
}
#endif

#ifndef AMD_CODE
#define AMD_CODE 0
#endif
#ifdef ROCM
code rsmi_init(unsigned long long flags) { (void)flags; return AMD_CODE; }
code rsmi_dev_unique_id_get(unsigned i, unsigned long long *id) { (void)i; *id = 0x1a2b3c4d5e6f7081ull; return 0; }
code rsmi_num_monitor_devices(unsigned *n) { *n = 1; return 0; }
code rsmi_dev_name_get(unsigned i, char *s, size_t n) { (void)i; strncpy(s, "AMD Instinct MI300X", n); return 0; }
code rsmi_dev_memory_total_get(unsigned i, int kind, unsigned long long *b) { (void)i; *b = kind == 0 ? 206141652992ull : 0; return 0; }
code rsmi_dev_memory_usage_get(unsigned i, int kind, unsigned long long *b) { (void)i; (void)kind; *b = 300 * MIB; return 0; }
#endif

#ifdef AMD_SMI
// Two sockets, each with a GPU and a CPU.
code amdsmi_init(unsigned long long flags) { return flags == 2 ? AMD_CODE : 1; }
code amdsmi_get_socket_handles(unsigned *n, handle *sockets) {
  for (unsigned i = 0; sockets && i < *n && i < 2; i++) sockets[i] = of(i);
  *n = 2;
  return 0;
}
code amdsmi_get_processor_handles(handle socket, unsigned *n, handle *found) {
  for (unsigned i = 0; found && i < *n && i < 2; i++) found[i] = of(10 * (unsigned)place(socket) + i);
  *n = 2;
  return 0;
}
code amdsmi_get_processor_type(handle h, unsigned *type) { *type = place(h) % 10 ? 2 : 1; return 0; }
code amdsmi_get_gpu_asic_info(handle h, char *info) {
  (void)h;
  memset(info, 'x', 1100);
  strcpy(info, "AMD Instinct MI300X");
  return 0;
}
code amdsmi_get_gpu_device_uuid(handle h, unsigned *n, char *s) {
  if (*n < 37) return 41;
  strcpy(s, "1a2b3c4d-0000-1000-80bf-000000000000");
  s[35] = (char)('0' + place(h) / 10);
  return 0;
}
code amdsmi_get_gpu_device_bdf(handle h, unsigned long long *packed) {
  *packed = 1ull << 16 | (unsigned long long)(0x1b + place(h)) << 8 | 2 << 3 | 1;
  return 0;
}
code amdsmi_get_gpu_memory_total(handle h, unsigned kind, unsigned long long *b) {
  *b = kind == 0 ? 206141652992ull : 0;
#ifdef AMD_LOST
  if (place(h) == 10) return 31;
#endif
  return 0;
}
code amdsmi_get_gpu_memory_usage(handle h, unsigned kind, unsigned long long *b) { (void)h; (void)kind; *b = 300 * MIB; return 0; }
#endif
