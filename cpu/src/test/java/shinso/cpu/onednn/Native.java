package shinso.cpu.onednn;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** Native memory and the library, for the tests of this package. */
final class Native {
  private Native() {}

  /** The library; where there is a build of it for the platform, it has to load. */
  static OneDnn oneDnn() {
    assumeTrue(
        NativeLibrary.Platform.of(System.getProperty("os.name"), System.getProperty("os.arch"))
            != null,
        "no oneDNN for this platform");
    return switch (OneDnn.load()) {
      case OneDnn.Loaded.Ready(OneDnn oneDnn) -> oneDnn;
      case OneDnn.Loaded.Off(String reason) -> throw new AssertionError("oneDNN is off: " + reason);
    };
  }

  static MemorySegment floats(Arena arena, long count) {
    return arena.allocate(Math.max(1, count) * Float.BYTES, 64);
  }

  static MemorySegment random(Arena arena, long count, SplittableRandom random) {
    MemorySegment segment = floats(arena, count);
    for (long i = 0; i < count; i++) {
      segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextDouble(-1, 1));
    }
    return segment;
  }

  static MemorySegment filled(Arena arena, long count, float value) {
    MemorySegment segment = floats(arena, count);
    for (long i = 0; i < count; i++) {
      segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
    }
    return segment;
  }

  static float get(MemorySegment segment, long i) {
    return segment.getAtIndex(ValueLayout.JAVA_FLOAT, i);
  }

  static MemorySegment scratch(Arena arena, Primitive primitive) {
    return arena.allocate(Math.max(1, primitive.scratchBytes()), 64);
  }

  /** Executes once, with scratch memory of its own full of NaNs. */
  static void run(Primitive primitive, MemorySegment... operands) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment scratch = scratch(arena, primitive);
      scratch.fill((byte) 0xff);
      long[] addresses = new long[operands.length];
      for (int i = 0; i < operands.length; i++) {
        addresses[i] = operands[i].address();
      }
      primitive.bind().execute(scratch.address(), addresses);
    }
  }
}
