package shinso.train.data.catalog;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import shinso.train.data.DataException;

/**
 * Fetches files over HTTP. What arrives goes to {@code <name>.part}; a download that was
 * interrupted, even by the end of the program, goes on from there. The file gets its name when its
 * checksum is right. A server that stalls, cuts off or fails for a moment is asked again, one that
 * doesn't have the file or sends something else is left for the next mirror.
 *
 * @param connect how long to wait for a connection, and for the beginning of an answer
 * @param stall how long to wait for more of an answer
 * @param attempts how many failures in a row, without a byte gained, end the patience with a mirror
 * @param pause how long to wait after the first failure; twice as long after each further one
 */
public record Download(Duration connect, Duration stall, int attempts, Duration pause) {
  /** Patience for slow networks. */
  public static final Download PATIENT =
      new Download(Duration.ofSeconds(20), Duration.ofSeconds(30), 4, Duration.ofSeconds(1));

  /** Failures after which a mirror is left even if each time some bytes were gained. */
  private static final int MOST_ATTEMPTS = 100;

  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-\\d+/(?:\\d+|\\*)");

  /** What came of one request. */
  private enum Outcome {
    DONE,
    AGAIN,
    NEXT_MIRROR
  }

  /** The outcome of a request, and the reason of a failure. */
  private record Answer(Outcome outcome, String reason) {
    static final Answer DONE = new Answer(Outcome.DONE, "");

    static Answer again(String reason) {
      return new Answer(Outcome.AGAIN, reason);
    }

    static Answer next(String reason) {
      return new Answer(Outcome.NEXT_MIRROR, reason);
    }
  }

  /**
   * Fetches a file, replacing one that is there.
   *
   * @throws DownloadException if no mirror gave it
   * @throws DataException if it can't be written, or another process is fetching it
   */
  void fetch(RemoteFile file, Path target, DownloadProgress progress) throws DownloadException {
    Path part = target.resolveSibling(target.getFileName() + ".part");
    try {
      try (FileChannel channel =
              FileChannel.open(
                  part,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE);
          FileLock lock = lock(part, channel);
          HttpClient client = client()) {
        try {
          new Transfer(file, channel, client, progress).run();
        } finally {
          // Else close() waits for what was asked for and is not wanted any more.
          client.shutdownNow();
        }
        channel.force(true);
        lock.release();
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (DownloadException e) {
      deleteIfEmpty(part);
      throw e;
    } catch (IOException e) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: can't be written: %s; %,d bytes are needed",
              part,
              reason(e),
              file.size()),
          e);
    }
  }

  private HttpClient client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NORMAL)
        .connectTimeout(connect)
        .build();
  }

  private static FileLock lock(Path part, FileChannel channel) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new DataException(
          part + ": is being downloaded by another process; wait for it, or end it");
    }
    return lock;
  }

  private static void deleteIfEmpty(Path part) {
    try {
      if (Files.size(part) == 0) {
        Files.delete(part);
      }
    } catch (IOException e) {
      // It does no harm where it is, and what went wrong before matters more.
    }
  }

  private static String reason(Throwable e) {
    String message = e.getMessage();
    return message == null
        ? e.getClass().getSimpleName()
        : message.lines().findFirst().orElse(e.getClass().getSimpleName());
  }

  /** The way of one file from any of its mirrors into a channel. */
  private final class Transfer {
    private final RemoteFile file;
    private final FileChannel channel;
    private final HttpClient client;
    private final Meter meter;

    /** Whether all bytes in the channel are from one answer. */
    private boolean ofOnePiece;

    Transfer(RemoteFile file, FileChannel channel, HttpClient client, DownloadProgress progress) {
      this.file = file;
      this.channel = channel;
      this.client = client;
      this.meter = new Meter(file, progress);
    }

    void run() throws IOException, DownloadException {
      meter.start(channel.size());
      if (channel.size() == file.size() && isRight()) {
        meter.finish(channel.size());
        return;
      }
      List<String> failures = new ArrayList<>();
      for (URI mirror : file.mirrors()) {
        String reason = from(mirror);
        if (reason == null) {
          meter.finish(channel.size());
          return;
        }
        failures.add(mirror.getHost() + " " + reason);
      }
      throw new DownloadException(
          "%s can't be downloaded: %s; try again"
              .formatted(file.name(), String.join("; ", failures)));
    }

    /** Returns null when the file is complete and right, else why this mirror is given up. */
    private @Nullable String from(URI mirror) throws IOException {
      String etag = null;
      int failures = 0;
      Answer answer = Answer.again("");
      for (int i = 0; i < MOST_ATTEMPTS && failures < attempts; i++) {
        if (failures > 0) {
          sleep(pause.multipliedBy(1L << Math.min(failures - 1, 6)));
        }
        long before = channel.size();
        try {
          HttpResponse<Flow.Publisher<List<ByteBuffer>>> response =
              send(request(mirror, before, etag));
          answer = receive(response, before);
          etag =
              response.headers().firstValue("etag").filter(t -> !t.startsWith("W/")).orElse(null);
        } catch (ExecutionException e) {
          answer = noAnswer(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
          answer = Answer.again("doesn't answer");
        }
        switch (answer.outcome) {
          case DONE -> {
            return null;
          }
          case NEXT_MIRROR -> {
            return answer.reason;
          }
          case AGAIN -> failures = channel.size() > before ? 1 : failures + 1;
        }
      }
      return answer.reason;
    }

    private HttpRequest request(URI mirror, long have, @Nullable String etag) {
      HttpRequest.Builder request = HttpRequest.newBuilder(mirror).header("User-Agent", "shinso");
      if (have > 0) {
        request.header("Range", "bytes=" + have + "-");
        if (etag != null) {
          // If the file has changed there since, all of it comes.
          request.header("If-Range", etag);
        }
      }
      return request.build();
    }

    private HttpResponse<Flow.Publisher<List<ByteBuffer>>> send(HttpRequest request)
        throws ExecutionException, TimeoutException {
      CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> response =
          client.sendAsync(request, HttpResponse.BodyHandlers.ofPublisher());
      try {
        // Not HttpRequest.timeout: from JDK 26 on that takes in the body, which may take its time.
        return response.get(connect.toNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        throw interrupted(e);
      } finally {
        response.cancel(true);
      }
    }

    private Answer noAnswer(Throwable e) {
      return switch (e) {
        case HttpConnectTimeoutException _ -> Answer.next("can't be reached (timeout)");
        case ConnectException c ->
            Answer.next(
                c.getCause() instanceof UnresolvedAddressException || c.getMessage() == null
                    ? "can't be reached (is there a network?)"
                    : "can't be reached (" + reason(c) + ")");
        default -> Answer.again("breaks off (" + reason(e) + ")");
      };
    }

    private Answer receive(HttpResponse<Flow.Publisher<List<ByteBuffer>>> response, long have)
        throws IOException {
      Body body = new Body(stall);
      response.body().subscribe(body);
      int status = response.statusCode();
      boolean continues = status == 206 && have > 0;
      if (status != 200 && !continues) {
        body.cancel();
        if (status == 416) {
          // There is nothing behind what is here, and what is here was not right.
          channel.truncate(0);
          return Answer.again("answers 416");
        }
        boolean passes = status == 408 || status == 429 || status >= 500;
        String reason = "answers " + status;
        return passes ? Answer.again(reason) : Answer.next(reason);
      }
      if (continues && startOf(response) != have) {
        body.cancel();
        channel.truncate(0);
        return Answer.again("sends another part than was asked for");
      }
      if (!continues) {
        long length = response.headers().firstValueAsLong("content-length").orElse(file.size());
        if (length != file.size()) {
          // A page to log in with, say: what is here of the file stays for the next mirror.
          body.cancel();
          return Answer.next(somethingElse(String.format(Locale.ROOT, "%,d bytes", length)));
        }
        channel.truncate(0);
      }
      ofOnePiece = !continues;
      String broken = copy(body);
      return broken == null ? judge() : Answer.again(broken);
    }

    private static long startOf(HttpResponse<?> response) {
      Matcher m = CONTENT_RANGE.matcher(response.headers().firstValue("content-range").orElse(""));
      return m.matches() ? Long.parseLong(m.group(1)) : -1;
    }

    /** Copies an answer to the end of the channel; returns null, or why it broke off. */
    private @Nullable String copy(Body body) throws IOException {
      try {
        while (true) {
          List<ByteBuffer> buffers;
          try {
            buffers = body.next();
          } catch (IOException e) {
            return "breaks off (" + reason(e) + ")";
          }
          if (buffers == null) {
            return null;
          }
          for (ByteBuffer buffer : buffers) {
            long at = channel.size();
            while (buffer.hasRemaining()) {
              at += channel.write(buffer, at);
            }
          }
          meter.update(channel.size());
          if (channel.size() > file.size()) {
            // Too long already: no need to wait for the end, which may never come.
            return null;
          }
        }
      } catch (InterruptedException e) {
        throw interrupted(e);
      } finally {
        body.cancel();
      }
    }

    /** Judges a complete answer. */
    private Answer judge() throws IOException {
      long size = channel.size();
      if (size == file.size() && isRight()) {
        return Answer.DONE;
      }
      if (size < file.size()) {
        return Answer.again(
            String.format(Locale.ROOT, "sends %,d of %,d bytes", size, file.size()));
      }
      String reason =
          somethingElse(
              size > file.size()
                  ? String.format(Locale.ROOT, "more than %,d bytes", file.size())
                  : file.checksum().of(channel).toString());
      channel.truncate(0);
      // What was put together from several answers may be wrong through an earlier one.
      return ofOnePiece ? Answer.next(reason) : Answer.again(reason);
    }

    private String somethingElse(String found) {
      return String.format(
          Locale.ROOT,
          "sends something else (%s, not %,d bytes of %s)",
          found,
          file.size(),
          file.checksum());
    }

    private boolean isRight() throws IOException {
      return file.checksum().of(channel).equals(file.checksum());
    }

    private static void sleep(Duration time) {
      try {
        Thread.sleep(time);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }

    private static DataException interrupted(InterruptedException e) {
      Thread.currentThread().interrupt();
      return new DataException("the download was interrupted; it goes on from there next time", e);
    }
  }
}
