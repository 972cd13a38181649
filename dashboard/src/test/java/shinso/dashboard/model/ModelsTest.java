package shinso.dashboard.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.dashboard.run.Runs;
import shinso.dashboard.web.RefusedException;

/** Models are loaded once, kept in a bounded number, and used by one request at a time. */
final class ModelsTest {
  private static final Map<String, String> SMALL =
      Map.of("train", "60", "test", "10", "hidden", "4", "temperatures", "10");

  @TempDir static Path root;

  private static final List<String> RUNS = new ArrayList<>();

  @BeforeAll
  static void runs() {
    for (int i = 0; i < Models.MOST + 1; i++) {
      RUNS.add(TestRuns.oneStep(root, "rbm-mnist", SMALL));
    }
  }

  @Test
  void theLastOnesAreKept() {
    Models models = new Models(new Runs(root));
    OpenModel first = models.use(RUNS.getFirst(), m -> m);
    assertSame(first, models.use(RUNS.getFirst(), m -> m));
    for (String run : RUNS) {
      models.use(run, m -> m);
    }
    assertEquals(Models.MOST, models.size());
    assertNotSame(first, models.use(RUNS.getFirst(), m -> m));
  }

  @Test
  void aNewerModelIsLoaded() throws IOException {
    Models models = new Models(new Runs(root));
    String run = RUNS.getFirst();
    OpenModel first = models.use(run, m -> m);
    Files.setLastModifiedTime(
        root.resolve(run).resolve("model.safetensors"), FileTime.fromMillis(86_400_000));
    assertNotSame(first, models.use(run, m -> m));
    assertEquals(1, models.size());
  }

  @Test
  void oneRequestAtATime() throws Exception {
    Models models = new Models(new Runs(root));
    AtomicInteger within = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        all.add(
            threads.submit(() ->
                models.use(
                    RUNS.getFirst(),
                    m -> {
                      most.accumulateAndGet(within.incrementAndGet(), Math::max);
                      Sampling.examples(m, new Fields(Map.of("count", 1)));
                      return within.decrementAndGet();
                    })));
      }
    }
    for (Future<?> one : all) {
      one.get();
    }
    assertEquals(1, most.get());
  }

  @Test
  void noNameLeadsOutOfTheFolder() {
    Models models = new Models(new Runs(root.resolve(RUNS.getFirst())));
    for (String name : List.of("../" + RUNS.getLast(), "..", "", "/etc", "none")) {
      RefusedException e =
          assertThrows(RefusedException.class, () -> models.use(name, m -> m), name);
      assertEquals(404, e.status());
    }
  }
}
