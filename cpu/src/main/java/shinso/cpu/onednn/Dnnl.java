package shinso.cpu.onednn;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * oneDNN's C interface, as far as it is used: one method a function, with the C name less its
 * prefix {@code dnnl_}. Functions that return a status return it unchecked.
 *
 * <p>Every parameter but {@code float}s is bound as {@code long}, addresses, handles and {@code
 * int}s alike: all 64-bit calling conventions pass them in whole registers and let the callee read
 * the part that it wants (the {@code int}s here are among the first eight parameters, which matters
 * where the others are packed on the stack). It takes no segment objects, and it leaves the linker
 * a dozen distinct types instead of thirty, at 3 ms each.
 *
 * <p>Initialising this class needs a loaded library ({@link NativeLibrary#symbols()}) and fails
 * with an {@link UnsatisfiedLinkError} if it lacks a function.
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

  private static final MethodHandle SET_NUM_THREADS =
      quick("omp_set_num_threads", FunctionDescriptor.ofVoid(JAVA_LONG));
  private static final MethodHandle VERSION =
      bind("dnnl_version", FunctionDescriptor.of(JAVA_LONG));
  private static final MethodHandle SET_MAX_CPU_ISA = bind("dnnl_set_max_cpu_isa", ints(1));
  private static final MethodHandle GET_EFFECTIVE_CPU_ISA =
      bind("dnnl_get_effective_cpu_isa", ints(0));
  private static final MethodHandle SET_PRIMITIVE_CACHE_CAPACITY =
      bind("dnnl_set_primitive_cache_capacity", ints(1));
  private static final MethodHandle ENGINE_CREATE = bind("dnnl_engine_create", ints(3));
  private static final MethodHandle STREAM_CREATE = bind("dnnl_stream_create", ints(3));
  private static final MethodHandle STREAM_DESTROY = bind("dnnl_stream_destroy", ints(1));
  private static final MethodHandle MEMORY_DESC_CREATE_WITH_STRIDES =
      bind("dnnl_memory_desc_create_with_strides", ints(5));
  private static final MethodHandle MEMORY_DESC_CREATE_WITH_TAG =
      bind("dnnl_memory_desc_create_with_tag", ints(5));
  private static final MethodHandle MEMORY_DESC_CLONE = bind("dnnl_memory_desc_clone", ints(2));
  private static final MethodHandle MEMORY_DESC_DESTROY = bind("dnnl_memory_desc_destroy", ints(1));
  private static final MethodHandle MEMORY_DESC_GET_SIZE =
      bind("dnnl_memory_desc_get_size", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
  private static final MethodHandle MEMORY_DESC_EQUAL = bind("dnnl_memory_desc_equal", ints(2));
  private static final MethodHandle MEMORY_CREATE = bind("dnnl_memory_create", ints(4));
  private static final MethodHandle MEMORY_DESTROY = bind("dnnl_memory_destroy", ints(1));
  private static final MethodHandle MEMORY_SET_DATA_HANDLE =
      quick("dnnl_memory_set_data_handle", ints(2));
  private static final MethodHandle PRIMITIVE_ATTR_CREATE =
      bind("dnnl_primitive_attr_create", ints(1));
  private static final MethodHandle PRIMITIVE_ATTR_DESTROY =
      bind("dnnl_primitive_attr_destroy", ints(1));
  private static final MethodHandle PRIMITIVE_ATTR_SET_SCRATCHPAD_MODE =
      bind("dnnl_primitive_attr_set_scratchpad_mode", ints(2));
  private static final MethodHandle PRIMITIVE_ATTR_SET_DETERMINISTIC =
      bind("dnnl_primitive_attr_set_deterministic", ints(2));
  private static final MethodHandle PRIMITIVE_ATTR_SET_POST_OPS =
      bind("dnnl_primitive_attr_set_post_ops", ints(2));
  private static final MethodHandle POST_OPS_CREATE = bind("dnnl_post_ops_create", ints(1));
  private static final MethodHandle POST_OPS_DESTROY = bind("dnnl_post_ops_destroy", ints(1));
  private static final MethodHandle POST_OPS_APPEND_SUM =
      bind(
          "dnnl_post_ops_append_sum",
          FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_FLOAT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle POST_OPS_APPEND_ELTWISE =
      bind(
          "dnnl_post_ops_append_eltwise",
          FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_FLOAT, JAVA_FLOAT));
  private static final MethodHandle POST_OPS_APPEND_BINARY =
      bind("dnnl_post_ops_append_binary_v2", ints(4));
  private static final MethodHandle MATMUL_PRIMITIVE_DESC_CREATE =
      bind("dnnl_matmul_primitive_desc_create", ints(7));
  private static final MethodHandle CONVOLUTION_FORWARD_PRIMITIVE_DESC_CREATE =
      bind("dnnl_convolution_forward_primitive_desc_create", ints(13));
  private static final MethodHandle CONVOLUTION_BACKWARD_DATA_PRIMITIVE_DESC_CREATE =
      bind("dnnl_convolution_backward_data_primitive_desc_create", ints(12));
  private static final MethodHandle CONVOLUTION_BACKWARD_WEIGHTS_PRIMITIVE_DESC_CREATE =
      bind("dnnl_convolution_backward_weights_primitive_desc_create", ints(13));
  private static final MethodHandle REORDER_PRIMITIVE_DESC_CREATE =
      bind("dnnl_reorder_primitive_desc_create", ints(6));
  private static final MethodHandle PRIMITIVE_DESC_QUERY =
      bind("dnnl_primitive_desc_query", ints(4));
  private static final MethodHandle PRIMITIVE_DESC_QUERY_MD =
      bind(
          "dnnl_primitive_desc_query_md",
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle PRIMITIVE_DESC_DESTROY =
      bind("dnnl_primitive_desc_destroy", ints(1));
  private static final MethodHandle PRIMITIVE_CREATE = bind("dnnl_primitive_create", ints(2));
  private static final MethodHandle PRIMITIVE_DESTROY = bind("dnnl_primitive_destroy", ints(1));
  private static final MethodHandle PRIMITIVE_EXECUTE = bind("dnnl_primitive_execute", ints(4));

  private Dnnl() {}

  /**
   * A function of that many addresses or integers that returns a status, or another {@code int}.
   */
  private static FunctionDescriptor ints(int parameters) {
    MemoryLayout[] layouts = new MemoryLayout[parameters];
    Arrays.fill(layouts, JAVA_LONG);
    return FunctionDescriptor.of(JAVA_INT, layouts);
  }

  private static MethodHandle bind(String name, FunctionDescriptor type, Linker.Option... options) {
    MemorySegment symbol =
        NativeLibrary.symbols()
            .find(name)
            .orElseThrow(() -> new UnsatisfiedLinkError("it has no function " + name));
    return Linker.nativeLinker().downcallHandle(symbol, type, options);
  }

  /**
   * For functions that only write a field: the transition to native would cost more than they do.
   */
  private static MethodHandle quick(String name, FunctionDescriptor type) {
    return bind(name, type, Linker.Option.critical(false));
  }

  static void setNumThreads(int threads) {
    try {
      SET_NUM_THREADS.invokeExact((long) threads);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static long version() {
    try {
      return (long) VERSION.invokeExact();
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int setMaxCpuIsa(int isa) {
    try {
      return (int) SET_MAX_CPU_ISA.invokeExact((long) isa);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int getEffectiveCpuIsa() {
    try {
      return (int) GET_EFFECTIVE_CPU_ISA.invokeExact();
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int setPrimitiveCacheCapacity(int capacity) {
    try {
      return (int) SET_PRIMITIVE_CACHE_CAPACITY.invokeExact((long) capacity);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int engineCreate(MemorySegment engine, int kind, long index) {
    try {
      return (int) ENGINE_CREATE.invokeExact(engine.address(), (long) kind, index);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int streamCreate(MemorySegment stream, long engine, int flags) {
    try {
      return (int) STREAM_CREATE.invokeExact(stream.address(), engine, (long) flags);
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
      return (int)
          MEMORY_DESC_CREATE_WITH_STRIDES.invokeExact(
              desc.address(), (long) rank, dims.address(), (long) type, strides.address());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int memoryDescCreateWithTag(
      MemorySegment desc, int rank, MemorySegment dims, int type, int tag) {
    try {
      return (int)
          MEMORY_DESC_CREATE_WITH_TAG.invokeExact(
              desc.address(), (long) rank, dims.address(), (long) type, (long) tag);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int memoryDescClone(MemorySegment desc, long existing) {
    try {
      return (int) MEMORY_DESC_CLONE.invokeExact(desc.address(), existing);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int memoryDescDestroy(long desc) {
    try {
      return (int) MEMORY_DESC_DESTROY.invokeExact(desc);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static long memoryDescGetSize(long desc) {
    try {
      return (long) MEMORY_DESC_GET_SIZE.invokeExact(desc);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int memoryDescEqual(long left, long right) {
    try {
      return (int) MEMORY_DESC_EQUAL.invokeExact(left, right);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int memoryCreate(MemorySegment memory, long desc, long engine, long address) {
    try {
      return (int) MEMORY_CREATE.invokeExact(memory.address(), desc, engine, address);
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
      return (int) MEMORY_SET_DATA_HANDLE.invokeExact(memory, address);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int primitiveAttrCreate(MemorySegment attr) {
    try {
      return (int) PRIMITIVE_ATTR_CREATE.invokeExact(attr.address());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int primitiveAttrDestroy(long attr) {
    try {
      return (int) PRIMITIVE_ATTR_DESTROY.invokeExact(attr);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int primitiveAttrSetScratchpadMode(long attr, int mode) {
    try {
      return (int) PRIMITIVE_ATTR_SET_SCRATCHPAD_MODE.invokeExact(attr, (long) mode);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int primitiveAttrSetDeterministic(long attr, int value) {
    try {
      return (int) PRIMITIVE_ATTR_SET_DETERMINISTIC.invokeExact(attr, (long) value);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int primitiveAttrSetPostOps(long attr, long postOps) {
    try {
      return (int) PRIMITIVE_ATTR_SET_POST_OPS.invokeExact(attr, postOps);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int postOpsCreate(MemorySegment postOps) {
    try {
      return (int) POST_OPS_CREATE.invokeExact(postOps.address());
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
      return (int) POST_OPS_APPEND_SUM.invokeExact(postOps, scale, (long) zeroPoint, (long) type);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int postOpsAppendEltwise(long postOps, int kind, float alpha, float beta) {
    try {
      return (int) POST_OPS_APPEND_ELTWISE.invokeExact(postOps, (long) kind, alpha, beta);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int postOpsAppendBinary(long postOps, int kind, long src1, long src2) {
    try {
      return (int) POST_OPS_APPEND_BINARY.invokeExact(postOps, (long) kind, src1, src2);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int matmulPrimitiveDescCreate(
      MemorySegment descriptor, long engine, long a, long b, long bias, long c, long attr) {
    try {
      return (int)
          MATMUL_PRIMITIVE_DESC_CREATE.invokeExact(
              descriptor.address(), engine, a, b, bias, c, attr);
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
          CONVOLUTION_FORWARD_PRIMITIVE_DESC_CREATE.invokeExact(
              descriptor.address(),
              engine,
              (long) propagation,
              (long) algorithm,
              src,
              weights,
              bias,
              dst,
              strides.address(),
              dilates.address(),
              padBefore.address(),
              padAfter.address(),
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
          CONVOLUTION_BACKWARD_DATA_PRIMITIVE_DESC_CREATE.invokeExact(
              descriptor.address(),
              engine,
              (long) algorithm,
              diffSrc,
              weights,
              diffDst,
              strides.address(),
              dilates.address(),
              padBefore.address(),
              padAfter.address(),
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
          CONVOLUTION_BACKWARD_WEIGHTS_PRIMITIVE_DESC_CREATE.invokeExact(
              descriptor.address(),
              engine,
              (long) algorithm,
              src,
              diffWeights,
              diffBias,
              diffDst,
              strides.address(),
              dilates.address(),
              padBefore.address(),
              padAfter.address(),
              hint,
              attr);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int reorderPrimitiveDescCreate(
      MemorySegment descriptor, long from, long fromEngine, long to, long toEngine, long attr) {
    try {
      return (int)
          REORDER_PRIMITIVE_DESC_CREATE.invokeExact(
              descriptor.address(), from, fromEngine, to, toEngine, attr);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int primitiveDescQuery(long descriptor, int what, int index, MemorySegment result) {
    try {
      return (int)
          PRIMITIVE_DESC_QUERY.invokeExact(descriptor, (long) what, (long) index, result.address());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static long primitiveDescQueryMd(long descriptor, int what, int index) {
    try {
      return (long) PRIMITIVE_DESC_QUERY_MD.invokeExact(descriptor, (long) what, (long) index);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int primitiveDescDestroy(long descriptor) {
    try {
      return (int) PRIMITIVE_DESC_DESTROY.invokeExact(descriptor);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int primitiveCreate(MemorySegment primitive, long descriptor) {
    try {
      return (int) PRIMITIVE_CREATE.invokeExact(primitive.address(), descriptor);
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
      return (int) PRIMITIVE_EXECUTE.invokeExact(primitive, stream, (long) count, arguments);
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
