// Remarks as YAML, which llvm-remarkutil reads, and the report as JSON.
// RUN: rm -f %t.json
// RUN: %clang -O2 -march=x86-64-v3 -mllvm -approx='max-ulp=1;report=%t.json' -fsave-optimization-record -foptimization-record-file=%t.yaml -c %s -o %t.o
// RUN: FileCheck %s --input-file=%t.yaml
// RUN: llvm-remarkutil yaml2bitstream %t.yaml -o %t.bits
// RUN: FileCheck %s --check-prefix=JSON --input-file=%t.json
// CHECK: --- !Passed
// CHECK-NEXT: Pass: {{ *}}approx
// CHECK-NEXT: Name: {{ *}}Replaced
// CHECK-NEXT: DebugLoc:
// CHECK-NEXT: Function: {{ *}}f
// CHECK-NEXT: Args:
// CHECK-NEXT: - Function: {{ *}}expf
// CHECK: Entry: {{ *}}exp_f32_1ulp_x86-64-v3
// CHECK: --- !Missed
// CHECK: Reason: {{.*}}no program for y1 in f32
// JSON: {"file":"{{.*}}remarks_file.c","line":[[@LINE+4]],"column":{{[0-9]+}},"caller":"f","function":"expf","lanes":1,"result":"replaced","entry":"exp_f32_1ulp_x86-64-v3","bound":"1ulp","max_error":"0.{{[0-9]+}}","method":"exhaustive","range":"all"}
// JSON: "result":"missed","reason":"
float expf(float);
float y1f(float);
float f(float x) { return expf(x) + y1f(x); }
