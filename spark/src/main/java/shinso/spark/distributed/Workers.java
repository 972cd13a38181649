package shinso.spark.distributed;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.RequestMethod;
import org.apache.spark.RequestToSync;
import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.AbortableRpcFuture;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcTimeout;
import org.apache.spark.util.RpcUtils;
import scala.concurrent.Await;
import scala.concurrent.duration.FiniteDuration;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * All workers of a barrier stage, who meet again and again. What a worker says at a meeting reaches
 * all; a worker that has to give up says so at the next one, so that none waits for ever.
 */
final class Workers {
  private static final char FINE = '+';
  private static final char LOST = '-';

  private static final RpcTimeout FOR_EVER =
      new RpcTimeout(new FiniteDuration(365, TimeUnit.DAYS), "barrierTimeout");
  private static final FiniteDuration LOOK = new FiniteDuration(1, TimeUnit.SECONDS);
  private static final ClassTag<String[]> TEXTS = ClassTag$.MODULE$.apply(String[].class);

  private final BarrierTaskContext context;
  private final RpcEndpointRef coordinator;
  private int meetings;
  private boolean broken;

  Workers(BarrierTaskContext context) {
    this.context = context;
    SparkEnv spark = SparkEnv.get();
    this.coordinator = RpcUtils.makeDriverRef("barrierSync", spark.conf(), spark.rpcEnv());
  }

  /** Returns which worker this is. */
  int rank() {
    return context.partitionId();
  }

  /** Returns how many workers there are. */
  int count() {
    return context.numPartitions();
  }

  /** Returns how often the stage has been begun before. */
  int attempt() {
    return context.stageAttemptNumber();
  }

  /**
   * Says something to all workers and returns what they say, in their order.
   *
   * @throws AbortedException if one has given up
   */
  List<String> meet(String word) {
    List<String> words = new ArrayList<>();
    for (String said : gather(FINE + word)) {
      if (said.charAt(0) == LOST) {
        throw new AbortedException(said.substring(1));
      }
      words.add(said.substring(1));
    }
    return words;
  }

  /** Gives up, and says why to all. */
  void abort(String reason) {
    gather(LOST + reason);
  }

  /** Returns whether it is Spark that failed, not this worker. */
  boolean isBroken() {
    return broken;
  }

  private String[] gather(String message) {
    boolean done = false;
    try {
      String[] all = ask(message);
      done = true;
      return all;
    } finally {
      broken |= !done;
    }
  }

  /**
   * What {@code BarrierTaskContext.allGather} asks of Spark's coordinator, which answers as soon as
   * the last worker has come. The task's own method looks for the answer once a second only.
   */
  private String[] ask(String message) {
    RequestToSync request =
        new RequestToSync(
            context.numPartitions(),
            context.stageId(),
            context.stageAttemptNumber(),
            context.taskAttemptId(),
            meetings++,
            context.partitionId(),
            message,
            RequestMethod.ALL_GATHER());
    AbortableRpcFuture<String[]> answer = coordinator.askAbortable(request, FOR_EVER, TEXTS);
    while (true) {
      try {
        Await.ready(answer.future(), LOOK);
        return Await.result(answer.future(), LOOK);
      } catch (TimeoutException e) {
        // Whether this task is to end, since another one was lost.
        abortIfKilled(answer);
      } catch (InterruptedException e) {
        abortIfKilled(answer);
        throw new IllegalStateException("interrupted while waiting for the other workers", e);
      } catch (Exception e) {
        throw new IllegalStateException("the other workers can't be reached: " + e.getMessage(), e);
      }
    }
  }

  /** Waits for something of another worker; if that is lost, Spark begins the stage again. */
  <T> T await(CompletableFuture<T> coming) {
    boolean done = false;
    try {
      while (true) {
        try {
          T value = coming.get(1, TimeUnit.SECONDS);
          done = true;
          return value;
        } catch (TimeoutException e) {
          context.killTaskIfInterrupted();
        }
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("what another worker has can't be fetched: " + e, e);
    } finally {
      broken |= !done;
    }
  }

  private void abortIfKilled(AbortableRpcFuture<String[]> answer) {
    try {
      context.killTaskIfInterrupted();
    } catch (RuntimeException e) {
      answer.abort(e);
      throw e;
    }
  }
}
