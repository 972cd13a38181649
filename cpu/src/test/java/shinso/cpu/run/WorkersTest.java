package shinso.cpu.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks run once each, and what goes wrong in one of them reaches the caller. */
final class WorkersTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "1, 7", "2, 1", "2, 2", "2, 7", "3, 2", "3, 64", "4, 3"})
  void everyTaskRunsOnce(int workers, int tasks) {
    AtomicIntegerArray runs = new AtomicIntegerArray(tasks);
    int[] by = new int[tasks];
    Workers pool = Workers.of(workers);
    for (int round = 1; round <= 200; round++) {
      pool.run(
          tasks,
          (i, worker) -> {
            runs.incrementAndGet(i);
            by[i] = worker;
          });
      for (int i = 0; i < tasks; i++) {
        assertEquals(round, runs.get(i), "task " + i);
        assertTrue(by[i] >= 0 && by[i] < workers, "worker " + by[i]);
        assertTrue(i == 0 || by[i] >= by[i - 1], "neighbours go to the same worker");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aFailureOfAnyTaskReachesTheCaller(int workers) {
    Workers pool = Workers.of(workers);
    int tasks = 6;
    for (int failing = 0; failing < tasks; failing++) {
      int bad = failing;
      IllegalStateException thrown = new IllegalStateException("task " + bad);
      assertSame(
          thrown,
          assertThrows(
              IllegalStateException.class,
              () ->
                  pool.run(
                      tasks,
                      (i, worker) -> {
                        if (i == bad) {
                          throw thrown;
                        }
                      })));
      AtomicIntegerArray runs = new AtomicIntegerArray(tasks);
      pool.run(tasks, (i, worker) -> runs.incrementAndGet(i));
      for (int i = 0; i < tasks; i++) {
        assertEquals(1, runs.get(i), "after a failure of task " + bad);
      }
    }
  }

  @Test
  void anErrorOfEveryTaskIsThrownOnce() {
    Workers pool = Workers.of(2);
    assertThrows(
        AssertionError.class,
        () ->
            pool.run(
                4,
                (i, worker) -> {
                  throw new AssertionError("task " + i);
                }));
    pool.run(4, (i, worker) -> {});
  }

  /** Sleeping workers are woken. */
  @Test
  void workersRunAfterAPause() throws InterruptedException {
    Workers pool = Workers.of(3);
    for (int round = 0; round < 3; round++) {
      Thread.sleep(30);
      AtomicIntegerArray runs = new AtomicIntegerArray(9);
      pool.run(9, (i, worker) -> runs.incrementAndGet(i));
      for (int i = 0; i < 9; i++) {
        assertEquals(1, runs.get(i));
      }
    }
  }
}
