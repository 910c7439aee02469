<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
  <context>
    <name>nodeui</name>
    <message>
      <source>This is no sampler.</source>
      <translation>Das ist kein Sampler.</translation>
    </message>
    <message>
      <source>Branch at {0} of {1}</source>
      <translation>Bei {0} von {1} abzweigen</translation>
    </message>
    <message>
      <source>This sampler takes no prompt schedule.</source>
      <translation>Dieser Sampler nimmt keinen Prompt-Ablauf.</translation>
    </message>
    <message>
      <source>The sampler has no prompt yet.</source>
      <translation>Der Sampler hat noch keinen Prompt.</translation>
    </message>
    <message>
      <source>This sampler takes no guidance over the run.</source>
      <translation>Dieser Sampler nimmt keine Führung über den Lauf.</translation>
    </message>
    <message>
      <source>Its guidance comes from a node that is computed.</source>
      <translation>Seine Führung kommt von einem Knoten, der berechnet wird.</translation>
    </message>
    <message>
      <source>This sampler takes no control.</source>
      <translation>Dieser Sampler nimmt keine Steuerung.</translation>
    </message>
    <message>
      <source>This sampler draws no noise on its way.</source>
      <translation>Dieser Sampler zieht unterwegs kein Rauschen.</translation>
    </message>
    <message>
      <source>Its solver adds no noise on its way.</source>
      <translation>Sein Löser fügt unterwegs kein Rauschen hinzu.</translation>
    </message>
    <message>
      <source>{}. A new one goes on where it stopped.</source>
      <translation>{}. Ein neuer macht weiter, wo er aufgehört hat.</translation>
    </message>
    <message>
      <source>The run cannot start: {}</source>
      <translation>Der Lauf kann nicht beginnen: {}</translation>
    </message>
    <message>
      <source>Untitled</source>
      <translation>Ohne Titel</translation>
    </message>
    <message>
      <source>It could not be run</source>
      <translation>Er konnte nicht ausgeführt werden</translation>
    </message>
    <message>
      <source>The sheet is not saved: {}</source>
      <translation>Der Bogen ist nicht gespeichert: {}</translation>
    </message>
    <message>
      <source>Saved {}</source>
      <translation>{} gespeichert</translation>
    </message>
    <message>
      <source>There is no closed document to open again.</source>
      <translation>Es gibt kein geschlossenes Dokument, das wieder geöffnet werden kann.</translation>
    </message>
    <message>
      <source>The journal cannot be written: save your work often</source>
      <translation>Das Journal kann nicht geschrieben werden: Speichere oft</translation>
    </message>
    <message>
      <source>Cannot save {}</source>
      <translation>{} kann nicht gespeichert werden</translation>
    </message>
    <message>
      <source>Adapt paths</source>
      <translation>Pfade anpassen</translation>
    </message>
    <message>
      <source>A journal cannot be read: {}</source>
      <translation>Ein Journal kann nicht gelesen werden: {}</translation>
    </message>
    <message>
      <source>Cannot open {}</source>
      <translation>{} kann nicht geöffnet werden</translation>
    </message>
    <message>
      <source>Add node...</source>
      <translation>Knoten hinzufügen...</translation>
    </message>
    <message>
      <source>Cut</source>
      <translation>Ausschneiden</translation>
    </message>
    <message>
      <source>Copy</source>
      <translation>Kopieren</translation>
    </message>
    <message>
      <source>Paste</source>
      <translation>Einfügen</translation>
    </message>
    <message>
      <source>Duplicate</source>
      <translation>Duplizieren</translation>
    </message>
    <message>
      <source>Delete</source>
      <translation>Löschen</translation>
    </message>
    <message>
      <source>Select all</source>
      <translation>Alles auswählen</translation>
    </message>
    <message>
      <source>Select nothing</source>
      <translation>Nichts auswählen</translation>
    </message>
    <message>
      <source>Select linked</source>
      <translation>Verbundene auswählen</translation>
    </message>
    <message>
      <source>Rename</source>
      <translation>Umbenennen</translation>
    </message>
    <message>
      <source>Mute</source>
      <translation>Stummschalten</translation>
    </message>
    <message>
      <source>Bypass</source>
      <translation>Umgehen</translation>
    </message>
    <message>
      <source>Collapse</source>
      <translation>Einklappen</translation>
    </message>
    <message>
      <source>Frame</source>
      <translation>Rahmen</translation>
    </message>
    <message>
      <source>Group</source>
      <translation>Gruppieren</translation>
    </message>
    <message>
      <source>Ungroup</source>
      <translation>Gruppe auflösen</translation>
    </message>
    <message>
      <source>Look into group</source>
      <translation>In die Gruppe sehen</translation>
    </message>
    <message>
      <source>Leave group</source>
      <translation>Gruppe verlassen</translation>
    </message>
    <message>
      <source>Add note</source>
      <translation>Notiz hinzufügen</translation>
    </message>
    <message>
      <source>Auto layout</source>
      <translation>Automatisch anordnen</translation>
    </message>
    <message>
      <source>Align left</source>
      <translation>Links ausrichten</translation>
    </message>
    <message>
      <source>Align centres</source>
      <translation>Mitten senkrecht ausrichten</translation>
    </message>
    <message>
      <source>Align right</source>
      <translation>Rechts ausrichten</translation>
    </message>
    <message>
      <source>Align top</source>
      <translation>Oben ausrichten</translation>
    </message>
    <message>
      <source>Align middles</source>
      <translation>Mitten waagrecht ausrichten</translation>
    </message>
    <message>
      <source>Align bottom</source>
      <translation>Unten ausrichten</translation>
    </message>
    <message>
      <source>Distribute across</source>
      <translation>Waagrecht verteilen</translation>
    </message>
    <message>
      <source>Distribute down</source>
      <translation>Senkrecht verteilen</translation>
    </message>
    <message>
      <source>Frame selection</source>
      <translation>Auswahl zeigen</translation>
    </message>
    <message>
      <source>Show all</source>
      <translation>Alles zeigen</translation>
    </message>
    <message>
      <source>Zoom in</source>
      <translation>Vergrößern</translation>
    </message>
    <message>
      <source>Zoom out</source>
      <translation>Verkleinern</translation>
    </message>
    <message>
      <source>Zoom 1:1</source>
      <translation>Größe 1:1</translation>
    </message>
    <message>
      <source>Minimap</source>
      <translation>Übersichtskarte</translation>
    </message>
    <message>
      <source>Wheel</source>
      <translation>Rad</translation>
    </message>
    <message>
      <source>Zoom at the pointer</source>
      <translation>Am Zeiger vergrößern</translation>
    </message>
    <message>
      <source>Middle button, or Space and drag</source>
      <translation>Mittlere Taste, oder Leertaste und ziehen</translation>
    </message>
    <message>
      <source>Move the view</source>
      <translation>Die Ansicht verschieben</translation>
    </message>
    <message>
      <source>Double click on the canvas</source>
      <translation>Doppelklick auf die Fläche</translation>
    </message>
    <message>
      <source>Add a node</source>
      <translation>Einen Knoten hinzufügen</translation>
    </message>
    <message>
      <source>Drag from a socket</source>
      <translation>Von einer Buchse ziehen</translation>
    </message>
    <message>
      <source>Link; on the canvas: add what fits</source>
      <translation>Verbinden; auf die Fläche: hinzufügen, was passt</translation>
    </message>
    <message>
      <source>Drag a linked input</source>
      <translation>An einem verbundenen Eingang ziehen</translation>
    </message>
    <message>
      <source>Take its link along, or off</source>
      <translation>Seine Verbindung mitnehmen oder lösen</translation>
    </message>
    <message>
      <source>Drag a node onto a link</source>
      <translation>Einen Knoten auf eine Verbindung ziehen</translation>
    </message>
    <message>
      <source>Insert it there</source>
      <translation>Ihn dort einsetzen</translation>
    </message>
    <message>
      <source>Double click a link</source>
      <translation>Doppelklick auf eine Verbindung</translation>
    </message>
    <message>
      <source>Lead it over a point; Delete: no more</source>
      <translation>Sie über einen Punkt führen; Entf: nicht mehr</translation>
    </message>
    <message>
      <source>Double click a group</source>
      <translation>Doppelklick auf eine Gruppe</translation>
    </message>
    <message>
      <source>Look into it; Esc: out again</source>
      <translation>Hineinsehen; Esc: wieder hinaus</translation>
    </message>
    <message>
      <source>Alt while dragging</source>
      <translation>Alt beim Ziehen</translation>
    </message>
    <message>
      <source>No snapping, no inserting</source>
      <translation>Kein Einrasten, kein Einsetzen</translation>
    </message>
    <message>
      <source>Drag on the canvas</source>
      <translation>Auf der Fläche ziehen</translation>
    </message>
    <message>
      <source>Select by box; Shift adds</source>
      <translation>Im Rechteck auswählen; Umschalt fügt hinzu</translation>
    </message>
    <message>
      <source>Ctrl and drag</source>
      <translation>Strg und ziehen</translation>
    </message>
    <message>
      <source>Select by lasso</source>
      <translation>Mit dem Lasso auswählen</translation>
    </message>
    <message>
      <source>Ctrl and right drag, or Ctrl+Shift and drag</source>
      <translation>Strg und rechts ziehen, oder Strg+Umschalt und ziehen</translation>
    </message>
    <message>
      <source>Cut links</source>
      <translation>Verbindungen schneiden</translation>
    </message>
    <message>
      <source>Drag a number; with Shift</source>
      <translation>An einer Zahl ziehen; mit Umschalt</translation>
    </message>
    <message>
      <source>Change it; finely</source>
      <translation>Sie ändern; fein</translation>
    </message>
    <message>
      <source>Click a field</source>
      <translation>Klick auf ein Feld</translation>
    </message>
    <message>
      <source>Type or choose a value</source>
      <translation>Einen Wert tippen oder wählen</translation>
    </message>
    <message>
      <source>Double click a title</source>
      <translation>Doppelklick auf einen Titel</translation>
    </message>
    <message>
      <source>Arrow keys</source>
      <translation>Pfeiltasten</translation>
    </message>
    <message>
      <source>Move the selected nodes; Shift: further</source>
      <translation>Die ausgewählten Knoten verschieben; Umschalt: weiter</translation>
    </message>
    <message>
      <source>Alt and arrow keys</source>
      <translation>Alt und Pfeiltasten</translation>
    </message>
    <message>
      <source>Select the next node that way</source>
      <translation>Den nächsten Knoten dort auswählen</translation>
    </message>
    <message>
      <source>Convert with</source>
      <translation>Umwandeln mit</translation>
    </message>
    <message>
      <source>Add {0}</source>
      <translation>{0} hinzufügen</translation>
    </message>
    <message>
      <source>Way to the group in view</source>
      <translation>Weg zur gezeigten Gruppe</translation>
    </message>
    <message>
      <source>Workflow</source>
      <translation>Workflow</translation>
    </message>
    <message>
      <source>Groups between</source>
      <translation>Gruppen dazwischen</translation>
    </message>
    <message>
      <source>Show on the group</source>
      <translation>An der Gruppe zeigen</translation>
    </message>
    <message>
      <source>Hide from the group</source>
      <translation>An der Gruppe verbergen</translation>
    </message>
    <message>
      <source>Colour group</source>
      <translation>Gruppe färben</translation>
    </message>
    <message>
      <source>Note</source>
      <translation>Notiz</translation>
    </message>
    <message>
      <source>Write a note</source>
      <translation>Eine Notiz schreiben</translation>
    </message>
    <message>
      <source>Title</source>
      <translation>Titel</translation>
    </message>
    <message>
      <source>Disconnect</source>
      <translation>Trennen</translation>
    </message>
    <message>
      <source>Colour</source>
      <translation>Farbe</translation>
    </message>
    <message>
      <source>Other...</source>
      <translation>Andere...</translation>
    </message>
    <message>
      <source>Remove waypoint</source>
      <translation>Wegpunkt entfernen</translation>
    </message>
    <message>
      <source>Straighten</source>
      <translation>Begradigen</translation>
    </message>
    <message>
      <source>Insert node...</source>
      <translation>Knoten einsetzen...</translation>
    </message>
    <message>
      <source>Go to the other end</source>
      <translation>Zum anderen Ende gehen</translation>
    </message>
    <message>
      <source>Add waypoint</source>
      <translation>Wegpunkt hinzufügen</translation>
    </message>
    <message>
      <source>Colour frame</source>
      <translation>Rahmen färben</translation>
    </message>
    <message>
      <source>Run to here</source>
      <translation>Bis hier ausführen</translation>
    </message>
    <message>
      <source>{0} (output)</source>
      <translation>{0} (Ausgang)</translation>
    </message>
    <message>
      <source>Arrange</source>
      <translation>Anordnen</translation>
    </message>
    <message>
      <source>Sweep {0}…</source>
      <translation>{0} variieren…</translation>
    </message>
    <message>
      <source>The whole graph. Drag to move the view.</source>
      <translation>Der ganze Graph. Ziehen verschiebt die Ansicht.</translation>
    </message>
    <message>
      <source>muted</source>
      <translation>stumm</translation>
    </message>
    <message>
      <source>bypassed</source>
      <translation>umgangen</translation>
    </message>
    <message>
      <source>not installed</source>
      <translation>nicht installiert</translation>
    </message>
    <message>
      <source>{0} min left</source>
      <translation>noch {0} min</translation>
    </message>
    <message>
      <source>{0} more in the inspector</source>
      <translation>{0} weitere im Inspektor</translation>
    </message>
    <message>
      <source>{0} s left</source>
      <translation>noch {0} s</translation>
    </message>
    <message>
      <source>{0} nodes</source>
      <translation>{0} Knoten</translation>
    </message>
    <message>
      <source>Add frame</source>
      <translation>Rahmen hinzufügen</translation>
    </message>
    <message>
      <source>The clipboard holds no nodes</source>
      <translation>Die Zwischenablage enthält keine Knoten</translation>
    </message>
    <message>
      <source>Align</source>
      <translation>Ausrichten</translation>
    </message>
    <message>
      <source>Distribute</source>
      <translation>Verteilen</translation>
    </message>
    <message>
      <source>Copied</source>
      <translation>Kopiert</translation>
    </message>
    <message>
      <source>A group. Double-click it to look into it.</source>
      <translation>Eine Gruppe. Doppelklick sieht hinein.</translation>
    </message>
    <message>
      <source>Cached: its value is at hand</source>
      <translation>Im Zwischenspeicher: Der Wert liegt vor</translation>
    </message>
    <message>
      <source>Will run</source>
      <translation>Wird ausgeführt werden</translation>
    </message>
    <message>
      <source>Running</source>
      <translation>Läuft</translation>
    </message>
    <message>
      <source>Done</source>
      <translation>Fertig</translation>
    </message>
    <message>
      <source>Resumed</source>
      <translation>Fortgesetzt</translation>
    </message>
    <message>
      <source>Failed</source>
      <translation>Gescheitert</translation>
    </message>
    <message>
      <source>Skipped</source>
      <translation>Ausgelassen</translation>
    </message>
    <message>
      <source>Cannot run yet</source>
      <translation>Kann noch nicht laufen</translation>
    </message>
    <message>
      <source>This node type is not installed: {0}</source>
      <translation>Dieser Knotentyp ist nicht installiert: {0}</translation>
    </message>
    <message>
      <source>Release to remove</source>
      <translation>Loslassen zum Entfernen</translation>
    </message>
    <message>
      <source>Connect</source>
      <translation>Verbinden</translation>
    </message>
    <message>
      <source>Two outputs cannot be linked</source>
      <translation>Zwei Ausgänge lassen sich nicht verbinden</translation>
    </message>
    <message>
      <source>Two inputs cannot be linked</source>
      <translation>Zwei Eingänge lassen sich nicht verbinden</translation>
    </message>
    <message>
      <source>Release to convert it with: {0}</source>
      <translation>Loslassen zum Umwandeln mit: {0}</translation>
    </message>
    <message>
      <source>Move frame</source>
      <translation>Rahmen verschieben</translation>
    </message>
    <message>
      <source>Move</source>
      <translation>Verschieben</translation>
    </message>
    <message>
      <source>Insert on link</source>
      <translation>In Verbindung einsetzen</translation>
    </message>
    <message>
      <source>Node canvas</source>
      <translation>Knotenfläche</translation>
    </message>
    <message>
      <source>None</source>
      <translation>Keine</translation>
    </message>
    <message>
      <source>Blue</source>
      <translation>Blau</translation>
    </message>
    <message>
      <source>Teal</source>
      <translation>Türkis</translation>
    </message>
    <message>
      <source>Green</source>
      <translation>Grün</translation>
    </message>
    <message>
      <source>Yellow</source>
      <translation>Gelb</translation>
    </message>
    <message>
      <source>Orange</source>
      <translation>Orange</translation>
    </message>
    <message>
      <source>Pink</source>
      <translation>Rosa</translation>
    </message>
    <message>
      <source>Purple</source>
      <translation>Violett</translation>
    </message>
    <message>
      <source>Choose the colour</source>
      <translation>Die Farbe wählen</translation>
    </message>
    <message>
      <source>Points of the curve</source>
      <translation>Punkte der Kurve</translation>
    </message>
    <message>
      <source>Double click adds a point, right click or Delete removes one.
Alt: off the steps. Shift: up and down only.</source>
      <translation>Doppelklick fügt einen Punkt hinzu, Rechtsklick oder Entf entfernt einen.
Alt: zwischen den Schritten. Umschalt: nur auf und ab.</translation>
    </message>
    <message>
      <source>No curve: double click to add a point</source>
      <translation>Keine Kurve: Doppelklick fügt einen Punkt hinzu</translation>
    </message>
    <message>
      <source>at {0} of {1}: {2}</source>
      <translation>bei {0} von {1}: {2}</translation>
    </message>
    <message>
      <source>Choose from this folder</source>
      <translation>Aus diesem Ordner wählen</translation>
    </message>
    <message>
      <source>Weights (*.safetensors)</source>
      <translation>Gewichte (*.safetensors)</translation>
    </message>
    <message>
      <source>Model folder…</source>
      <translation>Modellordner…</translation>
    </message>
    <message>
      <source>Model file…</source>
      <translation>Modelldatei…</translation>
    </message>
    <message>
      <source>Choose a picture</source>
      <translation>Ein Bild wählen</translation>
    </message>
    <message>
      <source>Choose a model</source>
      <translation>Ein Modell wählen</translation>
    </message>
    <message>
      <source>Choose a folder</source>
      <translation>Einen Ordner wählen</translation>
    </message>
    <message>
      <source>Pictures ({0})</source>
      <translation>Bilder ({0})</translation>
    </message>
    <message>
      <source>Pictures in this folder</source>
      <translation>Bilder in diesem Ordner</translation>
    </message>
    <message>
      <source>Ctrl+↑ and Ctrl+↓ weight words</source>
      <translation>Strg+↑ und Strg+↓ gewichten Wörter</translation>
    </message>
    <message>
      <source>New seed</source>
      <translation>Neuer Startwert</translation>
    </message>
    <message>
      <source>Back to the seed of the last picture</source>
      <translation>Zurück zum Startwert des letzten Bildes</translation>
    </message>
    <message>
      <source>Locked: every run has this seed</source>
      <translation>Gesperrt: Jeder Lauf hat diesen Startwert</translation>
    </message>
    <message>
      <source>A new seed follows each run</source>
      <translation>Auf jeden Lauf folgt ein neuer Startwert</translation>
    </message>
    <message>
      <source>auto</source>
      <translation>automatisch</translation>
    </message>
    <message>
      <source>not set</source>
      <translation>nicht gesetzt</translation>
    </message>
    <message>
      <source>not chosen</source>
      <translation>nicht gewählt</translation>
    </message>
    <message>
      <source>On</source>
      <translation>An</translation>
    </message>
    <message>
      <source>Off</source>
      <translation>Aus</translation>
    </message>
    <message>
      <source>Details of the picture</source>
      <translation>Einzelheiten des Bildes</translation>
    </message>
    <message>
      <source>It carries no workflow.</source>
      <translation>Es trägt keinen Workflow.</translation>
    </message>
    <message>
      <source>The first one with a workflow.</source>
      <translation>Das erste mit einem Workflow.</translation>
    </message>
    <message>
      <source>Made like the one before.</source>
      <translation>Wie das vorige gemacht.</translation>
    </message>
    <message>
      <source>Differs from the one before:</source>
      <translation>Anders als das vorige:</translation>
    </message>
    <message>
      <source>Saved pictures</source>
      <translation>Gespeicherte Bilder</translation>
    </message>
    <message>
      <source>Search prompts</source>
      <translation>Prompts durchsuchen</translation>
    </message>
    <message>
      <source>Open its graph</source>
      <translation>Seinen Graphen öffnen</translation>
    </message>
    <message>
      <source>Show in the viewer</source>
      <translation>Im Betrachter zeigen</translation>
    </message>
    <message>
      <source>Compare in the viewer</source>
      <translation>Im Betrachter vergleichen</translation>
    </message>
    <message>
      <source>Open its folder</source>
      <translation>Seinen Ordner öffnen</translation>
    </message>
    <message>
      <source>No picture was made with these words.</source>
      <translation>Kein Bild wurde mit diesen Wörtern gemacht.</translation>
    </message>
    <message>
      <source>Pictures that Save image writes are shown here.</source>
      <translation>Hier erscheinen Bilder, die „Save image“ schreibt.</translation>
    </message>
    <message>
      <source>{0} of {1}</source>
      <translation>{0} von {1}</translation>
    </message>
    <message>
      <source>{0} pictures</source>
      <translation>{0} Bilder</translation>
    </message>
    <message>
      <source>not readable</source>
      <translation>nicht lesbar</translation>
    </message>
    <message>
      <source>Text</source>
      <translation>Text</translation>
    </message>
    <message>
      <source>Inspector</source>
      <translation>Inspektor</translation>
    </message>
    <message>
      <source>Select a node to see its parameters and help.</source>
      <translation>Wähle einen Knoten aus, um seine Parameter und Hilfe zu sehen.</translation>
    </message>
    <message>
      <source>Show help</source>
      <translation>Hilfe zeigen</translation>
    </message>
    <message>
      <source>Title of the node</source>
      <translation>Titel des Knotens</translation>
    </message>
    <message>
      <source>No installed node package has the node type “{0}”. The node is kept as it is in the file; what does not need it still runs.</source>
      <translation>Kein installiertes Knotenpaket kennt den Typ „{0}“. Der Knoten bleibt, wie er in der Datei steht; was ihn nicht braucht, läuft trotzdem.</translation>
    </message>
    <message>
      <source>Parameters</source>
      <translation>Parameter</translation>
    </message>
    <message>
      <source>Inputs</source>
      <translation>Eingänge</translation>
    </message>
    <message>
      <source>Outputs</source>
      <translation>Ausgänge</translation>
    </message>
    <message>
      <source>Cut this link</source>
      <translation>Diese Verbindung schneiden</translation>
    </message>
    <message>
      <source>Take the value away</source>
      <translation>Den Wert wegnehmen</translation>
    </message>
    <message>
      <source>must be set or linked</source>
      <translation>muss gesetzt oder verbunden sein</translation>
    </message>
    <message>
      <source>not linked</source>
      <translation>nicht verbunden</translation>
    </message>
    <message>
      <source>1 link</source>
      <translation>1 Verbindung</translation>
    </message>
    <message>
      <source>Back to the default: {0}</source>
      <translation>Zurück zum Standard: {0}</translation>
    </message>
    <message>
      <source>Sweep…</source>
      <translation>Variieren…</translation>
    </message>
    <message>
      <source>needs a link</source>
      <translation>braucht eine Verbindung</translation>
    </message>
    <message>
      <source>optional</source>
      <translation>wahlfrei</translation>
    </message>
    <message>
      <source>Go to {0}</source>
      <translation>Zu {0} gehen</translation>
    </message>
    <message>
      <source>{0} links</source>
      <translation>{0} Verbindungen</translation>
    </message>
    <message>
      <source>Selected nodes</source>
      <translation>Ausgewählte Knoten</translation>
    </message>
    <message>
      <source>Shared parameters</source>
      <translation>Gemeinsame Parameter</translation>
    </message>
    <message>
      <source>These nodes have no parameter in common.</source>
      <translation>Diese Knoten haben keinen Parameter gemeinsam.</translation>
    </message>
    <message>
      <source>Nodes</source>
      <translation>Knoten</translation>
    </message>
    <message>
      <source>{0} nodes are selected</source>
      <translation>{0} Knoten sind ausgewählt</translation>
    </message>
    <message>
      <source>Different: {0}</source>
      <translation>Verschieden: {0}</translation>
    </message>
    <message>
      <source>Set all to {0}</source>
      <translation>Alle auf {0} setzen</translation>
    </message>
    <message>
      <source>Cached</source>
      <translation>Zwischengespeichert</translation>
    </message>
    <message>
      <source>Cannot run</source>
      <translation>Kann nicht laufen</translation>
    </message>
    <message>
      <source>Copy the error with its details</source>
      <translation>Den Fehler mit Einzelheiten kopieren</translation>
    </message>
    <message>
      <source>Details</source>
      <translation>Einzelheiten</translation>
    </message>
    <message>
      <source>{0} of {1} steps</source>
      <translation>{0} von {1} Schritten</translation>
    </message>
    <message>
      <source>{0} left</source>
      <translation>noch {0}</translation>
    </message>
    <message>
      <source>took {0}</source>
      <translation>dauerte {0}</translation>
    </message>
    <message>
      <source>Search nodes</source>
      <translation>Knoten suchen</translation>
    </message>
    <message>
      <source>No node is called like this.</source>
      <translation>Kein Knoten heißt so.</translation>
    </message>
    <message>
      <source>Add what fits {0}</source>
      <translation>Hinzufügen, was zu {0} passt</translation>
    </message>
    <message>
      <source>Insert between {0} and {1}</source>
      <translation>Zwischen {0} und {1} einsetzen</translation>
    </message>
    <message>
      <source>One value a line.</source>
      <translation>Ein Wert je Zeile.</translation>
    </message>
    <message>
      <source>Values with commas between them.</source>
      <translation>Werte, durch Kommas getrennt.</translation>
    </message>
    <message>
      <source>Sweep</source>
      <translation>Variieren</translation>
    </message>
    <message>
      <source>First parameter</source>
      <translation>Erster Parameter</translation>
    </message>
    <message>
      <source>Nothing else</source>
      <translation>Nichts weiter</translation>
    </message>
    <message>
      <source>Second parameter</source>
      <translation>Zweiter Parameter</translation>
    </message>
    <message>
      <source>No parameter of this graph can be swept.</source>
      <translation>Kein Parameter dieses Graphen lässt sich variieren.</translation>
    </message>
    <message>
      <source>Run</source>
      <translation>Ausführen</translation>
    </message>
    <message>
      <source>Values</source>
      <translation>Werte</translation>
    </message>
    <message>
      <source>Values with commas between them, or a range such as {0}.</source>
      <translation>Werte, durch Kommas getrennt, oder ein Bereich wie {0}.</translation>
    </message>
    <message>
      <source>Between {0} and {1}.</source>
      <translation>Zwischen {0} und {1}.</translation>
    </message>
    <message>
      <source>Rows and columns are the same parameter.</source>
      <translation>Zeilen und Spalten sind derselbe Parameter.</translation>
    </message>
    <message>
      <source>Columns</source>
      <translation>Spalten</translation>
    </message>
    <message>
      <source>Rows</source>
      <translation>Zeilen</translation>
    </message>
    <message>
      <source>1 run</source>
      <translation>1 Lauf</translation>
    </message>
    <message numerus="yes">
      <source>%n runs</source>
      <translation>
        <numerusform>%n Lauf</numerusform>
        <numerusform>%n Läufe</numerusform>
      </translation>
    </message>
    <message>
      <source>Cells of the sweep</source>
      <translation>Zellen der Variation</translation>
    </message>
    <message>
      <source>New sweep…</source>
      <translation>Neue Variation…</translation>
    </message>
    <message>
      <source>Stop all</source>
      <translation>Alle anhalten</translation>
    </message>
    <message>
      <source>Use the values of the selected cell in the graph</source>
      <translation>Die Werte der ausgewählten Zelle in den Graphen übernehmen</translation>
    </message>
    <message>
      <source>Save the contact sheet…</source>
      <translation>Den Kontaktbogen speichern…</translation>
    </message>
    <message>
      <source>A sweep runs the graph over values of one or two parameters.
Right-click a parameter and choose Sweep…</source>
      <translation>Eine Variation führt den Graphen mit Werten von einem oder zwei Parametern aus.
Rechtsklick auf einen Parameter, dann „Variieren…“</translation>
    </message>
    <message>
      <source>Use these values</source>
      <translation>Diese Werte übernehmen</translation>
    </message>
    <message>
      <source>Save the contact sheet</source>
      <translation>Den Kontaktbogen speichern</translation>
    </message>
    <message>
      <source>PNG pictures (*.png)</source>
      <translation>PNG-Bilder (*.png)</translation>
    </message>
    <message numerus="yes">
      <source>%n failed</source>
      <translation>
        <numerusform>%n gescheitert</numerusform>
        <numerusform>%n gescheitert</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n steps</source>
      <translation>
        <numerusform>%n Schritt</numerusform>
        <numerusform>%n Schritte</numerusform>
      </translation>
    </message>
    <message>
      <source>Stop this cell</source>
      <translation>Diese Zelle anhalten</translation>
    </message>
    <message>
      <source>Copy the error</source>
      <translation>Den Fehler kopieren</translation>
    </message>
    <message>
      <source>Use {0}</source>
      <translation>{0} übernehmen</translation>
    </message>
    <message>
      <source>Step that is looked at</source>
      <translation>Betrachteter Schritt</translation>
    </message>
    <message>
      <source>at hand</source>
      <translation>liegt vor</translation>
    </message>
    <message>
      <source>not run yet</source>
      <translation>noch nicht gelaufen</translation>
    </message>
    <message>
      <source>Steps</source>
      <translation>Schritte</translation>
    </message>
    <message>
      <source>The course is drawn as soon as the inputs are known</source>
      <translation>Der Verlauf wird gezeichnet, sobald die Eingänge bekannt sind</translation>
    </message>
    <message>
      <source>resumes at {0}</source>
      <translation>geht weiter bei {0}</translation>
    </message>
    <message>
      <source>Step {0} of {1}</source>
      <translation>Schritt {0} von {1}</translation>
    </message>
    <message>
      <source>Other prompt</source>
      <translation>Anderer Prompt</translation>
    </message>
    <message>
      <source>Other guidance</source>
      <translation>Andere Führung</translation>
    </message>
    <message>
      <source>Other control</source>
      <translation>Andere Steuerung</translation>
    </message>
    <message>
      <source>Other noise</source>
      <translation>Anderes Rauschen</translation>
    </message>
    <message>
      <source>Branch here</source>
      <translation>Hier abzweigen</translation>
    </message>
    <message>
      <source>Sampler</source>
      <translation>Sampler</translation>
    </message>
    <message>
      <source>Whose steps are shown</source>
      <translation>Wessen Schritte gezeigt werden</translation>
    </message>
    <message>
      <source>Add a sampler to see its steps here.</source>
      <translation>Füge einen Sampler hinzu, um hier seine Schritte zu sehen.</translation>
    </message>
    <message>
      <source>The steps are known once what the sampler needs has run.</source>
      <translation>Die Schritte sind bekannt, sobald gelaufen ist, was der Sampler braucht.</translation>
    </message>
    <message>
      <source>There is no step to branch at.</source>
      <translation>Es gibt keinen Schritt, bei dem man abzweigen kann.</translation>
    </message>
    <message>
      <source>After the last step nothing is left to branch: choose an earlier one.</source>
      <translation>Nach dem letzten Schritt bleibt nichts abzuzweigen: Wähle einen früheren.</translation>
    </message>
    <message>
      <source>Clean</source>
      <translation>Rein</translation>
    </message>
    <message>
      <source>x0: the clean picture that a step predicts</source>
      <translation>x0: das reine Bild, das ein Schritt vorhersagt</translation>
    </message>
    <message>
      <source>Noisy</source>
      <translation>Verrauscht</translation>
    </message>
    <message>
      <source>x_t: the noisy latents after a step</source>
      <translation>x_t: die verrauschten Latents nach einem Schritt</translation>
    </message>
    <message>
      <source>Noise</source>
      <translation>Rauschen</translation>
    </message>
    <message>
      <source>The noise that a step predicts</source>
      <translation>Das Rauschen, das ein Schritt vorhersagt</translation>
    </message>
    <message>
      <source>{0} steps to run</source>
      <translation>{0} Schritte zu tun</translation>
    </message>
    <message>
      <source>{0} steps</source>
      <translation>{0} Schritte</translation>
    </message>
    <message>
      <source>All {0} steps at hand</source>
      <translation>Alle {0} Schritte liegen vor</translation>
    </message>
    <message>
      <source>Resumes at {0} of {1}</source>
      <translation>Geht weiter bei {0} von {1}</translation>
    </message>
    <message>
      <source>Picture</source>
      <translation>Bild</translation>
    </message>
    <message>
      <source>Run the graph to see its picture here.</source>
      <translation>Führe den Graphen aus, um hier sein Bild zu sehen.</translation>
    </message>
    <message>
      <source>Pictures (*.png *.jpg *.webp)</source>
      <translation>Bilder (*.png *.jpg *.webp)</translation>
    </message>
    <message>
      <source>What is shown</source>
      <translation>Was gezeigt wird</translation>
    </message>
    <message>
      <source>What it is compared with</source>
      <translation>Womit es verglichen wird</translation>
    </message>
    <message>
      <source>Mask or hint over the picture</source>
      <translation>Maske oder Vorlage über dem Bild</translation>
    </message>
    <message>
      <source>Strength of the overlay</source>
      <translation>Stärke der Überlagerung</translation>
    </message>
    <message>
      <source>Fit (F)</source>
      <translation>Einpassen (F)</translation>
    </message>
    <message>
      <source>One to one (1)</source>
      <translation>Eins zu eins (1)</translation>
    </message>
    <message>
      <source>Latest</source>
      <translation>Neuestes</translation>
    </message>
    <message>
      <source>Compare</source>
      <translation>Vergleichen</translation>
    </message>
    <message>
      <source>Overlay</source>
      <translation>Überlagern</translation>
    </message>
    <message>
      <source>The first picture is on its way.</source>
      <translation>Das erste Bild ist unterwegs.</translation>
    </message>
    <message>
      <source>Copy picture</source>
      <translation>Bild kopieren</translation>
    </message>
    <message>
      <source>Save picture as…</source>
      <translation>Bild speichern als…</translation>
    </message>
    <message>
      <source>Save picture as</source>
      <translation>Bild speichern als</translation>
    </message>
    <message>
      <source>Saved {0}</source>
      <translation>{0} gespeichert</translation>
    </message>
    <message>
      <source>{0} could not be written</source>
      <translation>{0} konnte nicht geschrieben werden</translation>
    </message>
    <message>
      <source>Dropped</source>
      <translation>Abgelegt</translation>
    </message>
    <message>
      <source>step {0} of {1}</source>
      <translation>Schritt {0} von {1}</translation>
    </message>
    <message>
      <source>{0} is not a readable picture</source>
      <translation>{0} ist kein lesbares Bild</translation>
    </message>
    <message>
      <source>File</source>
      <translation>Datei</translation>
    </message>
    <message>
      <source>Edit</source>
      <translation>Bearbeiten</translation>
    </message>
    <message>
      <source>View</source>
      <translation>Ansicht</translation>
    </message>
    <message>
      <source>Node</source>
      <translation>Knoten</translation>
    </message>
    <message>
      <source>Branch</source>
      <translation>Abzweigen</translation>
    </message>
    <message>
      <source>Panel</source>
      <translation>Feld</translation>
    </message>
    <message>
      <source>Help</source>
      <translation>Hilfe</translation>
    </message>
    <message>
      <source>Recent</source>
      <translation>Zuletzt</translation>
    </message>
    <message>
      <source>{} is no workflow, picture or model.</source>
      <translation>{} ist weder Workflow noch Bild noch Modell.</translation>
    </message>
    <message>
      <source>Branch here: {0}</source>
      <translation>Hier abzweigen: {0}</translation>
    </message>
    <message>
      <source>Command palette</source>
      <translation>Befehlspalette</translation>
    </message>
    <message>
      <source>What do you want to do?</source>
      <translation>Was möchtest du tun?</translation>
    </message>
    <message>
      <source>Command</source>
      <translation>Befehl</translation>
    </message>
    <message>
      <source>Open documents</source>
      <translation>Offene Dokumente</translation>
    </message>
    <message>
      <source>Close tab</source>
      <translation>Reiter schließen</translation>
    </message>
    <message>
      <source>Not saved yet</source>
      <translation>Noch nicht gespeichert</translation>
    </message>
    <message>
      <source>Show</source>
      <translation>Zeigen</translation>
    </message>
    <message>
      <source>{0} failed: {1}</source>
      <translation>{0} ist gescheitert: {1}</translation>
    </message>
    <message numerus="yes">
      <source>%n more failed.</source>
      <translation>
        <numerusform>%n weiterer ist gescheitert.</numerusform>
        <numerusform>%n weitere sind gescheitert.</numerusform>
      </translation>
    </message>
    <message>
      <source>Go back to the saved file and drop the changes to {}?</source>
      <translation>Zur gespeicherten Datei zurückgehen und die Änderungen an {} verwerfen?</translation>
    </message>
    <message>
      <source>Open</source>
      <translation>Öffnen</translation>
    </message>
    <message>
      <source>Save as</source>
      <translation>Speichern als</translation>
    </message>
    <message>
      <source>Without saving, "Reopen closed tab" still brings them back.</source>
      <translation>Auch ohne Speichern bringt „Geschlossenen Reiter wieder öffnen“ sie zurück.</translation>
    </message>
    <message>
      <source>Don't save</source>
      <translation>Nicht speichern</translation>
    </message>
    <message>
      <source>What is not saved is kept, and open again at the next start.</source>
      <translation>Was nicht gespeichert ist, bleibt erhalten und ist beim nächsten Start wieder offen.</translation>
    </message>
    <message>
      <source>Quit</source>
      <translation>Beenden</translation>
    </message>
    <message>
      <source>Workflows and pictures made by them ({})</source>
      <translation>Workflows und damit gemachte Bilder ({})</translation>
    </message>
    <message>
      <source>Workflows ({})</source>
      <translation>Workflows ({})</translation>
    </message>
    <message>
      <source>Revert</source>
      <translation>Zurücksetzen</translation>
    </message>
    <message>
      <source>Save the changes to {}?</source>
      <translation>Die Änderungen an {} speichern?</translation>
    </message>
    <message>
      <source>Not saved: {}</source>
      <translation>Nicht gespeichert: {}</translation>
    </message>
    <message>
      <source>History</source>
      <translation>Verlauf</translation>
    </message>
    <message>
      <source>Opened</source>
      <translation>Geöffnet</translation>
    </message>
    <message>
      <source>The cache cannot be written, so results are kept until you quit only. {}</source>
      <translation>Der Zwischenspeicher kann nicht geschrieben werden, darum bleiben Ergebnisse nur bis zum Beenden. {}</translation>
    </message>
    <message>
      <source>A studio for controllable image generation, version {}.</source>
      <translation>Ein Studio für steuerbare Bilderzeugung, Version {}.</translation>
    </message>
    <message>
      <source>What was open is open again.</source>
      <translation>Was offen war, ist wieder offen.</translation>
    </message>
    <message>
      <source>Preferences are not saved: {}</source>
      <translation>Die Einstellungen sind nicht gespeichert: {}</translation>
    </message>
    <message>
      <source>&amp;New</source>
      <translation>&amp;Neu</translation>
    </message>
    <message>
      <source>&amp;Open...</source>
      <translation>Ö&amp;ffnen...</translation>
    </message>
    <message>
      <source>&amp;Save</source>
      <translation>&amp;Speichern</translation>
    </message>
    <message>
      <source>Save &amp;as...</source>
      <translation>Speichern &amp;als...</translation>
    </message>
    <message>
      <source>Re&amp;vert</source>
      <translation>&amp;Zurücksetzen</translation>
    </message>
    <message>
      <source>&amp;Close tab</source>
      <translation>Reiter s&amp;chließen</translation>
    </message>
    <message>
      <source>Reopen closed &amp;tab</source>
      <translation>Geschlossenen &amp;Reiter wieder öffnen</translation>
    </message>
    <message>
      <source>&amp;Preferences...</source>
      <translation>&amp;Einstellungen...</translation>
    </message>
    <message>
      <source>&amp;Quit</source>
      <translation>&amp;Beenden</translation>
    </message>
    <message>
      <source>&amp;File</source>
      <translation>&amp;Datei</translation>
    </message>
    <message>
      <source>Open &amp;recent</source>
      <translation>Zu&amp;letzt geöffnet</translation>
    </message>
    <message>
      <source>Undo</source>
      <translation>Rückgängig</translation>
    </message>
    <message>
      <source>Redo</source>
      <translation>Wiederholen</translation>
    </message>
    <message>
      <source>&amp;Edit</source>
      <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
      <source>&amp;Start page</source>
      <translation>&amp;Startseite</translation>
    </message>
    <message>
      <source>&amp;Dark or light</source>
      <translation>&amp;Dunkel oder hell</translation>
    </message>
    <message>
      <source>&amp;Full screen</source>
      <translation>&amp;Vollbild</translation>
    </message>
    <message>
      <source>&amp;View</source>
      <translation>&amp;Ansicht</translation>
    </message>
    <message>
      <source>&amp;Node</source>
      <translation>&amp;Knoten</translation>
    </message>
    <message>
      <source>&amp;Run</source>
      <translation>&amp;Ausführen</translation>
    </message>
    <message>
      <source>Run to &amp;selected</source>
      <translation>Bis zur Auswah&amp;l ausführen</translation>
    </message>
    <message>
      <source>S&amp;top</source>
      <translation>An&amp;halten</translation>
    </message>
    <message>
      <source>&amp;Live</source>
      <translation>&amp;Live</translation>
    </message>
    <message>
      <source>&amp;Command palette...</source>
      <translation>&amp;Befehlspalette...</translation>
    </message>
    <message>
      <source>&amp;Shortcuts</source>
      <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
      <source>&amp;About NodeUI</source>
      <translation>&amp;Über NodeUI</translation>
    </message>
    <message>
      <source>&amp;Help</source>
      <translation>&amp;Hilfe</translation>
    </message>
    <message>
      <source>Tools</source>
      <translation>Werkzeuge</translation>
    </message>
    <message>
      <source>&amp;Arrange</source>
      <translation>An&amp;ordnen</translation>
    </message>
    <message>
      <source>&amp;Branch here</source>
      <translation>Hier ab&amp;zweigen</translation>
    </message>
    <message>
      <source>Close message</source>
      <translation>Meldung schließen</translation>
    </message>
    <message>
      <source>Viewer</source>
      <translation>Betrachter</translation>
    </message>
    <message>
      <source>Timeline</source>
      <translation>Zeitleiste</translation>
    </message>
    <message>
      <source>Gallery</source>
      <translation>Galerie</translation>
    </message>
    <message>
      <source>Queue</source>
      <translation>Warteschlange</translation>
    </message>
    <message>
      <source>Panels</source>
      <translation>Felder</translation>
    </message>
    <message>
      <source>Preferences</source>
      <translation>Einstellungen</translation>
    </message>
    <message>
      <source>General</source>
      <translation>Allgemein</translation>
    </message>
    <message>
      <source>Engine</source>
      <translation>Maschine</translation>
    </message>
    <message>
      <source>Keys</source>
      <translation>Tasten</translation>
    </message>
    <message>
      <source>Like the desktop</source>
      <translation>Wie der Schreibtisch</translation>
    </message>
    <message>
      <source>It applies when the editor starts next.</source>
      <translation>Das gilt ab dem nächsten Start.</translation>
    </message>
    <message>
      <source>Folder for pictures</source>
      <translation>Ordner für Bilder</translation>
    </message>
    <message>
      <source>&amp;Theme</source>
      <translation>&amp;Farben</translation>
    </message>
    <message>
      <source>&amp;Language</source>
      <translation>&amp;Sprache</translation>
    </message>
    <message>
      <source>Pictures go to</source>
      <translation>Bilder kommen nach</translation>
    </message>
    <message>
      <source>Of models whose node says auto</source>
      <translation>Für Modelle, deren Knoten „auto“ sagt</translation>
    </message>
    <message>
      <source>One a core</source>
      <translation>Einer je Kern</translation>
    </message>
    <message>
      <source>What suits the machine</source>
      <translation>Was zum Rechner passt</translation>
    </message>
    <message>
      <source>Cache folder</source>
      <translation>Ordner des Zwischenspeichers</translation>
    </message>
    <message>
      <source>These apply when the editor starts next. Device, precision and threads are part of what a result depends on: other ones compute anew. A new cache folder starts empty.</source>
      <translation>Das gilt ab dem nächsten Start. Von Gerät, Genauigkeit und Threads hängt das Ergebnis ab: Andere rechnen neu. Ein neuer Zwischenspeicher beginnt leer.</translation>
    </message>
    <message>
      <source>&amp;Device</source>
      <translation>&amp;Gerät</translation>
    </message>
    <message>
      <source>&amp;Precision</source>
      <translation>Gena&amp;uigkeit</translation>
    </message>
    <message>
      <source>&amp;Threads</source>
      <translation>&amp;Threads</translation>
    </message>
    <message>
      <source>&amp;Models in memory</source>
      <translation>&amp;Modelle im Speicher</translation>
    </message>
    <message>
      <source>&amp;Values in memory</source>
      <translation>&amp;Werte im Speicher</translation>
    </message>
    <message>
      <source>&amp;Cache on disk</source>
      <translation>&amp;Zwischenspeicher</translation>
    </message>
    <message>
      <source>Standard keys</source>
      <translation>Standardtasten</translation>
    </message>
    <message>
      <source>{0} cannot stand for both: {1}</source>
      <translation>{0} kann nicht für beides stehen: {1}</translation>
    </message>
    <message>
      <source>Choose...</source>
      <translation>Wählen...</translation>
    </message>
    <message>
      <source>Dark</source>
      <translation>Dunkel</translation>
    </message>
    <message>
      <source>Light</source>
      <translation>Hell</translation>
    </message>
    <message>
      <source>Action</source>
      <translation>Aktion</translation>
    </message>
    <message>
      <source>Choose: {0}</source>
      <translation>Wählen: {0}</translation>
    </message>
    <message>
      <source>{0} is set and overrides this.</source>
      <translation>{0} ist gesetzt und geht vor.</translation>
    </message>
    <message>
      <source>Run earlier (Alt+Up)</source>
      <translation>Früher ausführen (Alt+Auf)</translation>
    </message>
    <message>
      <source>Run later (Alt+Down)</source>
      <translation>Später ausführen (Alt+Ab)</translation>
    </message>
    <message>
      <source>Cancel this run (Del)</source>
      <translation>Diesen Lauf abbrechen (Entf)</translation>
    </message>
    <message>
      <source>Finished runs</source>
      <translation>Fertige Läufe</translation>
    </message>
    <message>
      <source>Finished</source>
      <translation>Fertig</translation>
    </message>
    <message>
      <source>running</source>
      <translation>läuft</translation>
    </message>
    <message numerus="yes">
      <source>%n in the queue</source>
      <translation>
        <numerusform>%n in der Warteschlange</numerusform>
        <numerusform>%n in der Warteschlange</numerusform>
      </translation>
    </message>
    <message>
      <source>Nothing runs</source>
      <translation>Nichts läuft</translation>
    </message>
    <message>
      <source>waiting</source>
      <translation>wartet</translation>
    </message>
    <message>
      <source>stopping</source>
      <translation>hält an</translation>
    </message>
    <message>
      <source>{0:.1f} s</source>
      <translation>{0:.1f} s</translation>
    </message>
    <message>
      <source>failed</source>
      <translation>gescheitert</translation>
    </message>
    <message>
      <source>stopped</source>
      <translation>angehalten</translation>
    </message>
    <message>
      <source>Shortcuts</source>
      <translation>Tastenkürzel</translation>
    </message>
    <message>
      <source>Mouse on the canvas</source>
      <translation>Maus auf der Fläche</translation>
    </message>
    <message>
      <source>Start page</source>
      <translation>Startseite</translation>
    </message>
    <message>
      <source>Wire prompts, sketches and depth into pictures.</source>
      <translation>Aus Prompts, Skizzen und Tiefe werden Bilder.</translation>
    </message>
    <message>
      <source>New workflow</source>
      <translation>Neuer Workflow</translation>
    </message>
    <message>
      <source>Open...</source>
      <translation>Öffnen...</translation>
    </message>
    <message>
      <source>Examples</source>
      <translation>Beispiele</translation>
    </message>
    <message>
      <source>Device</source>
      <translation>Gerät</translation>
    </message>
    <message>
      <source>Memory</source>
      <translation>Speicher</translation>
    </message>
    <message>
      <source>Cache on disk</source>
      <translation>Zwischenspeicher</translation>
    </message>
    <message>
      <source>Last run</source>
      <translation>Letzter Lauf</translation>
    </message>
    <message>
      <source>Engine off</source>
      <translation>Maschine aus</translation>
    </message>
    <message>
      <source>Engine starting</source>
      <translation>Maschine startet</translation>
    </message>
    <message>
      <source>Ready</source>
      <translation>Bereit</translation>
    </message>
    <message>
      <source>Stopping</source>
      <translation>Hält an</translation>
    </message>
    <message numerus="yes">
      <source>{:.2f} s, %n computed</source>
      <translation>
        <numerusform>{:.2f} s, %n berechnet</numerusform>
        <numerusform>{:.2f} s, %n berechnet</numerusform>
      </translation>
    </message>
    <message>
      <source>Cache {}</source>
      <translation>Cache {}</translation>
    </message>
    <message>
      <source>{}, {} waiting</source>
      <translation>{}, {} warten</translation>
    </message>
    <message>
      <source>Memory {}</source>
      <translation>Speicher {}</translation>
    </message>
    <message>
      <source>S&amp;weep...</source>
      <translation>&amp;Variieren...</translation>
    </message>
  </context>
</TS>
