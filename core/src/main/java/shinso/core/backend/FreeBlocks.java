package shinso.core.backend;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Blocks that nobody uses any more, kept for whoever needs one of their size next. A fresh block
 * comes page by page from the operating system and is filled with zeros, which takes several times
 * as long as filling it with results.
 */
final class FreeBlocks {
  private final TreeMap<Long, Deque<Block>> bySize = new TreeMap<>();
  private long bytes;

  /** A piece of memory and what frees it. */
  record Block(Arena arena, MemorySegment memory) {
    /**
     * Returns fresh memory; the arena may throw an {@link OutOfMemoryError} of its own. A shared
     * arena, since of the memory of an automatic one the JVM allows only as much as it has heap.
     */
    static Block fresh(long bytes, int alignment) {
      Arena arena = Arena.ofShared();
      try {
        return new Block(arena, arena.allocate(bytes, alignment));
      } catch (OutOfMemoryError e) {
        arena.close();
        throw e;
      }
    }

    long bytes() {
      return memory.byteSize();
    }
  }

  /** Returns the bytes of all blocks. */
  synchronized long bytes() {
    return bytes;
  }

  /** Removes and returns the smallest block that is large enough; null if each wastes an eighth. */
  synchronized @Nullable Block take(long size) {
    Map.Entry<Long, Deque<Block>> fitting = bySize.ceilingEntry(size);
    return fitting == null || fitting.getKey() > size + size / 8 ? null : remove(fitting);
  }

  private Block remove(Map.Entry<Long, Deque<Block>> entry) {
    Block block = entry.getValue().removeLast();
    if (entry.getValue().isEmpty()) {
      bySize.remove(entry.getKey());
    }
    bytes -= block.bytes();
    return block;
  }

  /** Adds a block. */
  synchronized void put(Block block) {
    bySize.computeIfAbsent(block.bytes(), size -> new ArrayDeque<>()).addLast(block);
    bytes += block.bytes();
  }

  /** Frees blocks, the largest first, until they have at most so many bytes together. */
  void trim(long most) {
    List<Block> freed = new ArrayList<>();
    synchronized (this) {
      while (bytes > Math.max(0, most)) {
        freed.add(remove(bySize.lastEntry()));
      }
    }
    freed.forEach(b -> b.arena.close());
  }
}
