package shinso.cpu.kernel;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import shinso.cpu.onednn.OneDnn;

/**
 * What {@link KernelSweepTest} runs in processes of its own, and a sweep of any length by hand: runs
 * random cases and prints what is wrong. A file has the case that ended the process.
 */
final class KernelSweep {
  private static final int JOURNAL = 1 << 14;

  private KernelSweep() {}

  /** Arguments: the first seed, how many, and the file. */
  public static void main(String[] args) throws IOException {
    long first = Long.parseLong(args[0]);
    int count = Integer.parseInt(args[1]);
    OneDnn oneDnn = OneDnn.load() instanceof OneDnn.Loaded.Ready(OneDnn dnn) ? dnn : null;
    int wrong = sweep(oneDnn, first, count, args[2]);
    System.out.println(count + " cases, " + wrong + " wrong");
    if (wrong > 0) {
      System.exit(1);
    }
  }

  private static int sweep(@Nullable OneDnn oneDnn, long first, int count, String file)
      throws IOException {
    CaseRunner runner = new CaseRunner(oneDnn);
    int wrong = 0;
    try (RandomAccessFile journal = new RandomAccessFile(file, "rw")) {
      MappedByteBuffer map = journal.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, JOURNAL);
      for (long seed = first; seed < first + count; seed++) {
        SplittableRandom random = new SplittableRandom(seed);
        Case c = new Cases(random, runner.hasHalves()).next();
        byte[] text = ("seed " + seed + ": " + c).getBytes(StandardCharsets.UTF_8);
        map.clear().put(text, 0, Math.min(text.length, JOURNAL - 1)).put((byte) '\n');
        String fault = runner.run(c, random);
        if (fault != null) {
          wrong++;
          System.out.println("seed " + seed + ": " + fault + " of " + c);
        }
      }
    }
    return wrong;
  }
}
