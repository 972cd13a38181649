package shinso.train.data.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import javax.sound.midi.MidiEvent;
import javax.sound.midi.MidiSystem;
import javax.sound.midi.Sequence;
import javax.sound.midi.ShortMessage;
import javax.sound.midi.Track;
import org.junit.jupiter.api.Test;
import shinso.core.tensor.Tensor;

final class MidiFileTest {
  /** Note 60 for two steps, a step of silence, once more; note 108, the highest, at the end. */
  @Test
  void notesAreReadAsTheyWereWritten() throws Exception {
    float[] roll = new float[5 * 88];
    roll[39] = 1;
    roll[88 + 39] = 1;
    roll[3 * 88 + 39] = 1;
    roll[4 * 88 + 87] = 1;
    byte[] file = MidiFile.of(Tensor.of(roll, 5, 88), 120);
    Sequence read = MidiSystem.getSequence(new ByteArrayInputStream(file));
    assertEquals(480, read.getResolution());
    assertEquals(2_500_000, read.getMicrosecondLength(), "five quarters at 120 a minute");
    List<String> notes = new ArrayList<>();
    Track track = read.getTracks()[0];
    for (int i = 0; i < track.size(); i++) {
      MidiEvent e = track.get(i);
      if (e.getMessage() instanceof ShortMessage m) {
        String what = m.getCommand() == ShortMessage.NOTE_ON ? "on" : "off";
        notes.add("%d %s %d".formatted(e.getTick(), what, m.getData1()));
      }
    }
    assertEquals(
        List.of(
            "0 on 60", "960 off 60", "1440 on 60", "1920 off 60", "1920 on 108", "2400 off 108"),
        notes);
  }

  @Test
  void otherShapesAreRefused() {
    Tensor narrow = Tensor.zeros(5, 87);
    assertThrows(IllegalArgumentException.class, () -> MidiFile.of(narrow, 120));
    Tensor roll = Tensor.zeros(5, 88);
    assertThrows(IllegalArgumentException.class, () -> MidiFile.of(roll, 0));
  }
}
