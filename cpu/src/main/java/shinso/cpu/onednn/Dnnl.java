package shinso.cpu.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * oneDNN's C interface, as far as it is used: one method a function, with the C name less its
 * prefix {@code dnnl_}.
 *
 * <p>Handles and addresses are {@code long}s, which every 64-bit calling convention passes like
 * pointers, so that no segment objects are made. Functions that return a status return it
 * unchecked. Initialising this class needs a loaded library ({@link NativeLibrary#symbols()}) and
 * fails with an {@link UnsatisfiedLinkError} if it lacks a function.
 */
final class Dnnl {
  // oneapi/dnnl/dnnl_types.h and dnnl_common_types.h of 3.11.
  static final int SUCCESS = 0;
  static final int ENGINE_CPU = 1;
  static final int STREAM_IN_ORDER = 1;
  static final int SCRATCHPAD_USER = 1;
  static final int TAG_ANY = 1;
  static final int FORWARD_TRAINING = 64;
  static final int CONVOLUTION_DIRECT = 1;
  static final int BINARY_SELECT = 0x1fffc;
  static final int QUERY_IMPLEMENTATION = 8;
  static final int QUERY_SCRATCHPAD = 136;
  static final int QUERY_ARGUMENT = 255;
  static final int ARG_SRC = 1;
  static final int ARG_SRC_1 = 2;
  static final int ARG_SRC_2 = 3;
  static final int ARG_DST = 17;
  static final int ARG_WEIGHTS = 33;
  static final int ARG_BIAS = 41;
  static final int ARG_SCRATCHPAD = 80;
  static final int ARG_DIFF_SRC = 129;
  static final int ARG_DIFF_DST = 145;
  static final int ARG_DIFF_WEIGHTS = 161;
  static final int ARG_DIFF_BIAS = 169;
  static final int ARG_POST_OP = 1 << 15;

  /** Layout of {@code dnnl_exec_arg_t}: the argument's number, padding, its memory object. */
  static final long EXEC_ARG_BYTES = 16;

  static final long EXEC_ARG_MEMORY = 8;

  private static final MethodHandle SET_NUM_THREADS = quick("omp_set_num_threads", null, JAVA_INT);
  private static final MethodHandle VERSION = bind("dnnl_version", JAVA_LONG);
  private static final MethodHandle SET_MAX_CPU_ISA = status("set_max_cpu_isa", JAVA_INT);
  private static final MethodHandle EFFECTIVE_ISA = bind("dnnl_get_effective_cpu_isa", JAVA_INT);
  private static final MethodHandle ENGINE_CREATE =
      status("engine_create", ADDRESS, JAVA_INT, JAVA_LONG);
  private static final MethodHandle STREAM_CREATE =
      status("stream_create", ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle STREAM_DESTROY = status("stream_destroy", JAVA_LONG);
  private static final MethodHandle DESC_STRIDES =
      status("memory_desc_create_with_strides", ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
  private static final MethodHandle DESC_TAG =
      status("memory_desc_create_with_tag", ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle DESC_CLONE = status("memory_desc_clone", ADDRESS, JAVA_LONG);
  private static final MethodHandle DESC_DESTROY = status("memory_desc_destroy", JAVA_LONG);
  private static final MethodHandle DESC_SIZE =
      bind("dnnl_memory_desc_get_size", JAVA_LONG, JAVA_LONG);
  private static final MethodHandle DESC_EQUAL =
      bind("dnnl_memory_desc_equal", JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle MEMORY_CREATE =
      status("memory_create", ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle MEMORY_DESTROY = status("memory_destroy", JAVA_LONG);
  private static final MethodHandle MEMORY_SET_HANDLE =
      quick("dnnl_memory_set_data_handle", JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle ATTR_CREATE = status("primitive_attr_create", ADDRESS);
  private static final MethodHandle ATTR_DESTROY = status("primitive_attr_destroy", JAVA_LONG);
  private static final MethodHandle ATTR_SCRATCHPAD =
      status("primitive_attr_set_scratchpad_mode", JAVA_LONG, JAVA_INT);
  private static final MethodHandle ATTR_DETERMINISTIC =
      status("primitive_attr_set_deterministic", JAVA_LONG, JAVA_INT);
  private static final MethodHandle ATTR_POST_OPS =
      status("primitive_attr_set_post_ops", JAVA_LONG, JAVA_LONG);
  private static final MethodHandle POST_OPS_CREATE = status("post_ops_create", ADDRESS);
  private static final MethodHandle POST_OPS_DESTROY = status("post_ops_destroy", JAVA_LONG);
  private static final MethodHandle APPEND_SUM =
      status("post_ops_append_sum", JAVA_LONG, JAVA_FLOAT, JAVA_INT, JAVA_INT);
  private static final MethodHandle APPEND_ELTWISE =
      status("post_ops_append_eltwise", JAVA_LONG, JAVA_INT, JAVA_FLOAT, JAVA_FLOAT);
  private static final MethodHandle APPEND_BINARY =
      status("post_ops_append_binary_v2", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle MATMUL =
      status(
          "matmul_primitive_desc_create",
          ADDRESS,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG);
  private static final MethodHandle CONVOLUTION =
      status(
          "convolution_forward_primitive_desc_create",
          ADDRESS,
          JAVA_LONG,
          JAVA_INT,
          JAVA_INT,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          ADDRESS,
          ADDRESS,
          ADDRESS,
          ADDRESS,
          JAVA_LONG);
  private static final MethodHandle CONVOLUTION_DATA =
      status(
          "convolution_backward_data_primitive_desc_create",
          ADDRESS,
          JAVA_LONG,
          JAVA_INT,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          ADDRESS,
          ADDRESS,
          ADDRESS,
          ADDRESS,
          JAVA_LONG,
          JAVA_LONG);
  private static final MethodHandle CONVOLUTION_WEIGHTS =
      status(
          "convolution_backward_weights_primitive_desc_create",
          ADDRESS,
          JAVA_LONG,
          JAVA_INT,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          ADDRESS,
          ADDRESS,
          ADDRESS,
          ADDRESS,
          JAVA_LONG,
          JAVA_LONG);
  private static final MethodHandle REORDER =
      status(
          "reorder_primitive_desc_create",
          ADDRESS,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG);
  private static final MethodHandle DESCRIPTOR_QUERY =
      status("primitive_desc_query", JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle DESCRIPTOR_QUERY_MD =
      bind("dnnl_primitive_desc_query_md", JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT);
  private static final MethodHandle DESCRIPTOR_DESTROY =
      status("primitive_desc_destroy", JAVA_LONG);
  private static final MethodHandle PRIMITIVE_CREATE =
      status("primitive_create", ADDRESS, JAVA_LONG);
  private static final MethodHandle PRIMITIVE_DESTROY = status("primitive_destroy", JAVA_LONG);
  private static final MethodHandle PRIMITIVE_EXECUTE =
      status("primitive_execute", JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG);

  private Dnnl() {}

  private static MethodHandle status(String name, MemoryLayout... parameters) {
    return bind("dnnl_" + name, JAVA_INT, parameters);
  }

  private static MethodHandle bind(String name, MemoryLayout result, MemoryLayout... parameters) {
    return handle(name, FunctionDescriptor.of(result, parameters));
  }

  /**
   * For functions that only write a field: without the transition to native, which costs more than
   * they do.
   */
  private static MethodHandle quick(
      String name, @Nullable MemoryLayout result, MemoryLayout... parameters) {
    FunctionDescriptor type =
        result == null
            ? FunctionDescriptor.ofVoid(parameters)
            : FunctionDescriptor.of(result, parameters);
    return handle(name, type, Linker.Option.critical(false));
  }

  private static MethodHandle handle(
      String name, FunctionDescriptor type, Linker.Option... options) {
    MemorySegment symbol =
        NativeLibrary.symbols()
            .find(name)
            .orElseThrow(
                () -> new UnsatisfiedLinkError("the oneDNN library has no function " + name));
    return Linker.nativeLinker().downcallHandle(symbol, type, options);
  }

  static void setNumThreads(int threads) {
    try {
      SET_NUM_THREADS.invokeExact(threads);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static long versionAddress() {
    try {
      return (long) VERSION.invokeExact();
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int setMaxCpuIsa(int isa) {
    try {
      return (int) SET_MAX_CPU_ISA.invokeExact(isa);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int getEffectiveCpuIsa() {
    try {
      return (int) EFFECTIVE_ISA.invokeExact();
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int engineCreate(MemorySegment engine, int kind, long index) {
    try {
      return (int) ENGINE_CREATE.invokeExact(engine, kind, index);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int streamCreate(MemorySegment stream, long engine, int flags) {
    try {
      return (int) STREAM_CREATE.invokeExact(stream, engine, flags);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int streamDestroy(long stream) {
    try {
      return (int) STREAM_DESTROY.invokeExact(stream);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int memoryDescCreateWithStrides(
      MemorySegment desc, int rank, MemorySegment dims, int type, MemorySegment strides) {
    try {
      return (int) DESC_STRIDES.invokeExact(desc, rank, dims, type, strides);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int memoryDescCreateWithTag(
      MemorySegment desc, int rank, MemorySegment dims, int type, int tag) {
    try {
      return (int) DESC_TAG.invokeExact(desc, rank, dims, type, tag);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int memoryDescClone(MemorySegment desc, long existing) {
    try {
      return (int) DESC_CLONE.invokeExact(desc, existing);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int memoryDescDestroy(long desc) {
    try {
      return (int) DESC_DESTROY.invokeExact(desc);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static long memoryDescGetSize(long desc) {
    try {
      return (long) DESC_SIZE.invokeExact(desc);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int memoryDescEqual(long left, long right) {
    try {
      return (int) DESC_EQUAL.invokeExact(left, right);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int memoryCreate(MemorySegment memory, long desc, long engine, long address) {
    try {
      return (int) MEMORY_CREATE.invokeExact(memory, desc, engine, address);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int memoryDestroy(long memory) {
    try {
      return (int) MEMORY_DESTROY.invokeExact(memory);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int memorySetDataHandle(long memory, long address) {
    try {
      return (int) MEMORY_SET_HANDLE.invokeExact(memory, address);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int primitiveAttrCreate(MemorySegment attr) {
    try {
      return (int) ATTR_CREATE.invokeExact(attr);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int primitiveAttrDestroy(long attr) {
    try {
      return (int) ATTR_DESTROY.invokeExact(attr);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int primitiveAttrSetScratchpadMode(long attr, int mode) {
    try {
      return (int) ATTR_SCRATCHPAD.invokeExact(attr, mode);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int primitiveAttrSetDeterministic(long attr, int value) {
    try {
      return (int) ATTR_DETERMINISTIC.invokeExact(attr, value);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int primitiveAttrSetPostOps(long attr, long postOps) {
    try {
      return (int) ATTR_POST_OPS.invokeExact(attr, postOps);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int postOpsCreate(MemorySegment postOps) {
    try {
      return (int) POST_OPS_CREATE.invokeExact(postOps);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int postOpsDestroy(long postOps) {
    try {
      return (int) POST_OPS_DESTROY.invokeExact(postOps);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int postOpsAppendSum(long postOps, float scale, int zeroPoint, int type) {
    try {
      return (int) APPEND_SUM.invokeExact(postOps, scale, zeroPoint, type);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int postOpsAppendEltwise(long postOps, int kind, float alpha, float beta) {
    try {
      return (int) APPEND_ELTWISE.invokeExact(postOps, kind, alpha, beta);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int postOpsAppendBinary(long postOps, int kind, long src1, long src2) {
    try {
      return (int) APPEND_BINARY.invokeExact(postOps, kind, src1, src2);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int matmulPrimitiveDescCreate(
      MemorySegment descriptor, long engine, long a, long b, long bias, long c, long attr) {
    try {
      return (int) MATMUL.invokeExact(descriptor, engine, a, b, bias, c, attr);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int convolutionForwardPrimitiveDescCreate(
      MemorySegment descriptor,
      long engine,
      int propagation,
      int algorithm,
      long src,
      long weights,
      long bias,
      long dst,
      MemorySegment strides,
      MemorySegment dilates,
      MemorySegment padBefore,
      MemorySegment padAfter,
      long attr) {
    try {
      return (int)
          CONVOLUTION.invokeExact(
              descriptor,
              engine,
              propagation,
              algorithm,
              src,
              weights,
              bias,
              dst,
              strides,
              dilates,
              padBefore,
              padAfter,
              attr);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int convolutionBackwardDataPrimitiveDescCreate(
      MemorySegment descriptor,
      long engine,
      int algorithm,
      long diffSrc,
      long weights,
      long diffDst,
      MemorySegment strides,
      MemorySegment dilates,
      MemorySegment padBefore,
      MemorySegment padAfter,
      long hint,
      long attr) {
    try {
      return (int)
          CONVOLUTION_DATA.invokeExact(
              descriptor,
              engine,
              algorithm,
              diffSrc,
              weights,
              diffDst,
              strides,
              dilates,
              padBefore,
              padAfter,
              hint,
              attr);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int convolutionBackwardWeightsPrimitiveDescCreate(
      MemorySegment descriptor,
      long engine,
      int algorithm,
      long src,
      long diffWeights,
      long diffBias,
      long diffDst,
      MemorySegment strides,
      MemorySegment dilates,
      MemorySegment padBefore,
      MemorySegment padAfter,
      long hint,
      long attr) {
    try {
      return (int)
          CONVOLUTION_WEIGHTS.invokeExact(
              descriptor,
              engine,
              algorithm,
              src,
              diffWeights,
              diffBias,
              diffDst,
              strides,
              dilates,
              padBefore,
              padAfter,
              hint,
              attr);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int reorderPrimitiveDescCreate(
      MemorySegment descriptor, long from, long fromEngine, long to, long toEngine, long attr) {
    try {
      return (int) REORDER.invokeExact(descriptor, from, fromEngine, to, toEngine, attr);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int primitiveDescQuery(long descriptor, int what, int index, MemorySegment result) {
    try {
      return (int) DESCRIPTOR_QUERY.invokeExact(descriptor, what, index, result);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static long primitiveDescQueryMd(long descriptor, int what, int index) {
    try {
      return (long) DESCRIPTOR_QUERY_MD.invokeExact(descriptor, what, index);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int primitiveDescDestroy(long descriptor) {
    try {
      return (int) DESCRIPTOR_DESTROY.invokeExact(descriptor);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int primitiveCreate(MemorySegment primitive, long descriptor) {
    try {
      return (int) PRIMITIVE_CREATE.invokeExact(primitive, descriptor);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int primitiveDestroy(long primitive) {
    try {
      return (int) PRIMITIVE_DESTROY.invokeExact(primitive);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int primitiveExecute(long primitive, long stream, int count, long arguments) {
    try {
      return (int) PRIMITIVE_EXECUTE.invokeExact(primitive, stream, count, arguments);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The zero-terminated string at an address, or nothing if that is null. */
  static String string(long address) {
    return address == 0
        ? ""
        : MemorySegment.ofAddress(address)
            .reinterpret(Long.MAX_VALUE)
            .getString(0, StandardCharsets.UTF_8);
  }

  private static AssertionError unexpected(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return new AssertionError("a native call threw", e);
  }
}
