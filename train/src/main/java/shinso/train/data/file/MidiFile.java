package shinso.train.data.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.sound.midi.InvalidMidiDataException;
import javax.sound.midi.MetaMessage;
import javax.sound.midi.MidiEvent;
import javax.sound.midi.MidiSystem;
import javax.sound.midi.Sequence;
import javax.sound.midi.ShortMessage;
import javax.sound.midi.Track;
import shinso.core.tensor.Check;
import shinso.core.tensor.Tensor;

/**
 * Writes piano rolls as Standard MIDI files, which any player of music reads.
 *
 * <p>Source: "The complete MIDI 1.0 detailed specification", Standard MIDI files 1.0.
 */
public final class MidiFile {
  private static final int TICKS_A_QUARTER = 480;
  private static final int TEMPO = 0x51;
  private static final int MICROSECONDS_A_MINUTE = 60_000_000;
  private static final int LOUDNESS = 80;

  /** One track with all there is. */
  private static final int ONE_TRACK = 0;

  private MidiFile() {}

  /**
   * Returns a file in which each step of a piano roll is a quarter note. A key that sounds in
   * several steps after one another is held.
   *
   * @param roll {@code [time, 88]}, a key sounding where it is above one half; column c is the MIDI
   *     note 21 + c
   * @param quarters a minute
   * @throws IllegalArgumentException if the roll has another shape, or the tempo is not in 4 to
   *     1,000
   */
  public static byte[] of(Tensor roll, double quarters) {
    Check.rank("midi", roll.shape(), 2, "[time, 88]");
    if (roll.shape().dim(1) != PianoRollFile.KEYS) {
      throw new IllegalArgumentException(
          "midi: a piano roll is [time, %d], not %s".formatted(PianoRollFile.KEYS, roll.shape()));
    }
    if (!(quarters >= 4 && quarters <= 1_000)) {
      throw new IllegalArgumentException("midi: 4 to 1,000 quarters a minute, not " + quarters);
    }
    try {
      Sequence sequence = new Sequence(Sequence.PPQ, TICKS_A_QUARTER);
      Track track = sequence.createTrack();
      int length = (int) Math.round(MICROSECONDS_A_MINUTE / quarters);
      byte[] micros = {(byte) (length >> 16), (byte) (length >> 8), (byte) length};
      track.add(new MidiEvent(new MetaMessage(TEMPO, micros, micros.length), 0));
      notes(track, roll);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      MidiSystem.write(sequence, ONE_TRACK, out);
      return out.toByteArray();
    } catch (InvalidMidiDataException e) {
      throw new IllegalStateException("midi: a note that a piano doesn't have", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void notes(Track track, Tensor roll) throws InvalidMidiDataException {
    int time = roll.shape().dim(0);
    double[] on = roll.toDoubleArray();
    for (int key = 0; key < PianoRollFile.KEYS; key++) {
      boolean sounding = false;
      for (int t = 0; t <= time; t++) {
        boolean next = t < time && on[t * PianoRollFile.KEYS + key] > 0.5;
        if (next != sounding) {
          int command = next ? ShortMessage.NOTE_ON : ShortMessage.NOTE_OFF;
          int note = PianoRollFile.LOWEST + key;
          ShortMessage message = new ShortMessage(command, 0, note, next ? LOUDNESS : 0);
          track.add(new MidiEvent(message, (long) t * TICKS_A_QUARTER));
        }
        sounding = next;
      }
    }
  }
}
