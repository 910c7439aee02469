<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
  <context>
    <name>nodeui</name>
    <message>
      <source>the worker was ended by {0}</source>
      <translation>der Arbeitsprozess wurde durch {0} beendet</translation>
    </message>
    <message>
      <source>the worker ended with exit code {0}</source>
      <translation>der Arbeitsprozess endete mit dem Status {0}</translation>
    </message>
    <message>
      <source>{0} while it ran {1}</source>
      <translation>{0}, während {1} lief</translation>
    </message>
    <message>
      <source>the worker was stopped by hand</source>
      <translation>der Arbeitsprozess wurde von Hand beendet</translation>
    </message>
    <message>
      <source>the run did not stop in time, so its worker was replaced</source>
      <translation>der Lauf hielt nicht rechtzeitig an, darum wurde sein Arbeitsprozess ersetzt</translation>
    </message>
    <message>
      <source>{0}; two workers in a row died of this run, so it is not tried again</source>
      <translation>{0}; zwei Arbeitsprozesse hintereinander sind an diesem Lauf gestorben, darum wird er nicht noch einmal versucht</translation>
    </message>
    <message>
      <source>{0}, as systems do when memory runs out</source>
      <translation>{0}, wie Systeme es tun, wenn der Speicher ausgeht</translation>
    </message>
    <message>
      <source>its result was removed from the cache</source>
      <translation>sein Ergebnis wurde aus dem Cache entfernt</translation>
    </message>
    <message>
      <source>depends on {0}</source>
      <translation>hängt ab von {0}</translation>
    </message>
    <message>
      <source>new</source>
      <translation>neu</translation>
    </message>
    <message>
      <source>version {0} of the node, was {1}</source>
      <translation>Version {0} des Knotens, war {1}</translation>
    </message>
    <message>
      <source>a file that it reads changed</source>
      <translation>eine Datei, die er liest, hat sich geändert</translation>
    </message>
    <message>
      <source>the device or a library changed</source>
      <translation>das Gerät oder eine Bibliothek hat sich geändert</translation>
    </message>
    <message>
      <source>nothing</source>
      <translation>nichts</translation>
    </message>
    <message>
      <source>{0} changed from {1} to {2}</source>
      <translation>{0} von {1} auf {2} geändert</translation>
    </message>
    <message>
      <source>{0} changed</source>
      <translation>{0} geändert</translation>
    </message>
    <message>
      <source>its value was removed from the cache</source>
      <translation>sein Wert wurde aus dem Cache entfernt</translation>
    </message>
    <message>
      <source>needs {0}</source>
      <translation>braucht {0}</translation>
    </message>
    <message>
      <source>muted</source>
      <translation>stumm</translation>
    </message>
    <message>
      <source>{0} was removed</source>
      <translation>{0} entfernt</translation>
    </message>
    <message>
      <source>{0} was connected</source>
      <translation>{0} verbunden</translation>
    </message>
    <message>
      <source>there is no node {0!r}</source>
      <translation>es gibt keinen Knoten „{0}“</translation>
    </message>
    <message>
      <source>the worker process could not be started: {0}</source>
      <translation>der Arbeitsprozess konnte nicht gestartet werden: {0}</translation>
    </message>
    <message>
      <source>resumes at {0} of {1}</source>
      <translation>macht bei {0} von {1} weiter</translation>
    </message>
    <message>
      <source>all {0} steps at hand</source>
      <translation>alle {0} Schritte vorhanden</translation>
    </message>
    <message>
      <source>{0} has no value: {1} is bypassed without such an input</source>
      <translation>{0} hat keinen Wert: {1} wird umgangen und hat keinen passenden Eingang</translation>
    </message>
    <message>
      <source>{0} is not connected</source>
      <translation>{0} ist nicht verbunden</translation>
    </message>
    <message>
      <source>the node type {0} is not installed</source>
      <translation>der Knotentyp {0} ist nicht installiert</translation>
    </message>
    <message>
      <source>{0} has no value</source>
      <translation>{0} hat keinen Wert</translation>
    </message>
    <message>
      <source>{0} is not set</source>
      <translation>{0} ist nicht gesetzt</translation>
    </message>
    <message>
      <source>made by a newer NodeUI (workflow version {0}; this one reads up to {1})</source>
      <translation>mit einem neueren NodeUI gemacht (Workflow-Version {0}; dieses liest bis {1})</translation>
    </message>
    <message>
      <source>{0}: {1} of version {2} is newer than the one installed ({3})</source>
      <translation>{0}: {1} hat Version {2}, neuer als die installierte ({3})</translation>
    </message>
    <message>
      <source>not a workflow: its "format" is not "{0}"</source>
      <translation>kein Workflow: sein „format“ ist nicht „{0}“</translation>
    </message>
    <message>
      <source>not a valid workflow: "version" is {0!r}</source>
      <translation>kein gültiger Workflow: „version“ ist {0}</translation>
    </message>
    <message>
      <source>node {0!r}: an id has letters, digits, _ and - only</source>
      <translation>Knoten „{0}“: Eine Kennung hat nur Buchstaben, Ziffern, _ und -</translation>
    </message>
    <message>
      <source>link {0} -&gt; {1}: {2}</source>
      <translation>Verbindung {0} -&gt; {1}: {2}</translation>
    </message>
    <message>
      <source>{0}: there is no group {1!r}</source>
      <translation>{0}: Es gibt keine Gruppe „{1}“</translation>
    </message>
    <message>
      <source>group {0}: it cannot lie in the group {1!r}</source>
      <translation>Gruppe {0}: Sie kann nicht in der Gruppe „{1}“ liegen</translation>
    </message>
    <message>
      <source>this PNG carries no workflow</source>
      <translation>dieses PNG enthält keinen Workflow</translation>
    </message>
    <message>
      <source>not a valid workflow: {0}</source>
      <translation>kein gültiger Workflow: {0}</translation>
    </message>
    <message>
      <source>not JSON: {0}</source>
      <translation>kein JSON: {0}</translation>
    </message>
    <message>
      <source>node {0!r}: {1}</source>
      <translation>Knoten „{0}“: {1}</translation>
    </message>
    <message>
      <source>{0}.{1} has two links</source>
      <translation>{0}.{1} hat zwei Verbindungen</translation>
    </message>
    <message>
      <source>{0!r} is no id, or is taken</source>
      <translation>„{0}“ ist keine Kennung oder ist vergeben</translation>
    </message>
    <message>
      <source>frame {0!r}: {1}</source>
      <translation>Rahmen {0}: {1}</translation>
    </message>
    <message>
      <source>group {0!r}: {1}</source>
      <translation>Gruppe {0}: {1}</translation>
    </message>
    <message>
      <source>not a readable PNG: {0}</source>
      <translation>kein lesbares PNG: {0}</translation>
    </message>
    <message>
      <source>none</source>
      <translation>keine</translation>
    </message>
    <message>
      <source>there is no parameter {0!r}; {1} has {2}</source>
      <translation>es gibt keinen Parameter „{0}“; {1} hat {2}</translation>
    </message>
    <message>
      <source>link {0!r}: {1}</source>
      <translation>Verbindung {0}: {1}</translation>
    </message>
    <message>
      <source>Add {0}</source>
      <translation>{0} hinzufügen</translation>
    </message>
    <message>
      <source>Delete {0}</source>
      <translation>{0} löschen</translation>
    </message>
    <message>
      <source>Reset {0}</source>
      <translation>{0} zurücksetzen</translation>
    </message>
    <message>
      <source>Set {0}</source>
      <translation>{0} setzen</translation>
    </message>
    <message>
      <source>Move</source>
      <translation>Verschieben</translation>
    </message>
    <message>
      <source>Rename</source>
      <translation>Umbenennen</translation>
    </message>
    <message>
      <source>Connect</source>
      <translation>Verbinden</translation>
    </message>
    <message>
      <source>Disconnect</source>
      <translation>Trennen</translation>
    </message>
    <message>
      <source>Group</source>
      <translation>Gruppieren</translation>
    </message>
    <message>
      <source>Change document details</source>
      <translation>Angaben zum Dokument ändern</translation>
    </message>
    <message>
      <source>Collapse</source>
      <translation>Einklappen</translation>
    </message>
    <message>
      <source>Expand</source>
      <translation>Ausklappen</translation>
    </message>
    <message>
      <source>Reroute link</source>
      <translation>Verbindung umleiten</translation>
    </message>
    <message>
      <source>Straighten link</source>
      <translation>Verbindung begradigen</translation>
    </message>
    <message>
      <source>Frame</source>
      <translation>Rahmen</translation>
    </message>
    <message>
      <source>Delete frame</source>
      <translation>Rahmen löschen</translation>
    </message>
    <message>
      <source>Ungroup</source>
      <translation>Gruppe auflösen</translation>
    </message>
    <message>
      <source>{0!r} is not a node id: letters, digits, _ and -</source>
      <translation>„{0}“ ist keine Knotenkennung: Buchstaben, Ziffern, _ und -</translation>
    </message>
    <message>
      <source>there is a node {0!r} already</source>
      <translation>es gibt schon einen Knoten „{0}“</translation>
    </message>
    <message>
      <source>Set {0} to {1}</source>
      <translation>{0} auf {1} setzen</translation>
    </message>
    <message>
      <source>{0} ({1}) has no parameter {2!r}; it has {3}</source>
      <translation>{0} ({1}) hat keinen Parameter „{2}“; er hat {3}</translation>
    </message>
    <message>
      <source>Activate</source>
      <translation>Aktivieren</translation>
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
      <source>{0!r} is not a group id: letters, digits, _ and -</source>
      <translation>„{0}“ ist keine Gruppenkennung: Buchstaben, Ziffern, _ und -</translation>
    </message>
    <message>
      <source>Change</source>
      <translation>Ändern</translation>
    </message>
    <message>
      <source>Turn {0} on</source>
      <translation>{0} einschalten</translation>
    </message>
    <message>
      <source>Turn {0} off</source>
      <translation>{0} ausschalten</translation>
    </message>
    <message>
      <source>{0} gives {1}, but {2} takes {3}</source>
      <translation>{0} gibt {1}, aber {2} nimmt {3}</translation>
    </message>
    <message>
      <source>linking {0} to {1} closes a cycle</source>
      <translation>{0} mit {1} zu verbinden schließt einen Kreis</translation>
    </message>
    <message>
      <source>{0} ({1}) has no output {2!r}; it has {3}</source>
      <translation>{0} ({1}) hat keinen Ausgang „{2}“; er hat {3}</translation>
    </message>
    <message>
      <source>{0} ({1}) has no input {2!r}; it has {3}</source>
      <translation>{0} ({1}) hat keinen Eingang „{2}“; er hat {3}</translation>
    </message>
    <message>
      <source>{0}.{1} is not linked</source>
      <translation>{0}.{1} ist nicht verbunden</translation>
    </message>
    <message>
      <source>{0} or null</source>
      <translation>{0} oder null</translation>
    </message>
    <message>
      <source>{0} takes {1}, not {2!r}</source>
      <translation>{0} nimmt {1}, nicht {2!r}</translation>
    </message>
    <message>
      <source>{0} is one of {1}, not {2!r}</source>
      <translation>{0} nimmt nur {1}, nicht {2!r}</translation>
    </message>
    <message>
      <source>{0} lies between {1:g} and {2:g}, not {3!r}</source>
      <translation>{0} liegt zwischen {1:g} und {2:g}, nicht bei {3!r}</translation>
    </message>
    <message>
      <source>{0} goes in steps of {1:g}, not {2!r}</source>
      <translation>{0} geht in Schritten von {1:g}, nicht {2!r}</translation>
    </message>
    <message>
      <source>a whole number</source>
      <translation>eine ganze Zahl</translation>
    </message>
    <message>
      <source>a number</source>
      <translation>eine Zahl</translation>
    </message>
    <message>
      <source>true or false</source>
      <translation>wahr oder falsch</translation>
    </message>
    <message>
      <source>a text</source>
      <translation>einen Text</translation>
    </message>
    <message>
      <source>a list of [fraction, value] pairs by rising fraction in [0, 1]</source>
      <translation>eine Liste von Paaren [Anteil, Wert] mit steigendem Anteil in [0, 1]</translation>
    </message>
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
      <source>The journal cannot be written ({0}): save your work.</source>
      <translation>Das Journal kann nicht geschrieben werden ({0}): Speichere deine Arbeit.</translation>
    </message>
    <message>
      <source>{0} is no journal: {1}</source>
      <translation>{0} ist kein Journal: {1}</translation>
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
      <source>hands its input on</source>
      <translation>reicht seinen Eingang weiter</translation>
    </message>
    <message>
      <source>resumed at {0} of {1}</source>
      <translation>bei {0} von {1} weitergemacht</translation>
    </message>
    <message>
      <source>stopped</source>
      <translation>angehalten</translation>
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
      <source>{0} cells are too many: at most {1}</source>
      <translation>{0} Felder sind zu viele: höchstens {1}</translation>
    </message>
    <message>
      <source>{0}: there are no values</source>
      <translation>{0}: Es gibt keine Werte</translation>
    </message>
    <message>
      <source>{0} is linked: its value comes from there</source>
      <translation>{0} ist verbunden: Der Wert kommt von dort</translation>
    </message>
    <message>
      <source>{0}.{1}: {0} has no parameter {1!r}; it has {2}</source>
      <translation>{0}.{1}: {0} hat keinen Parameter „{1}“; er hat {2}</translation>
    </message>
    <message>
      <source>a sweep goes over one or two parameters, not {0}</source>
      <translation>eine Reihe geht über einen oder zwei Parameter, nicht {0}</translation>
    </message>
    <message>
      <source>{0} changes nothing: {1} is muted</source>
      <translation>{0} ändert nichts: {1} ist stummgeschaltet</translation>
    </message>
    <message>
      <source>{0} changes nothing: {1} is bypassed</source>
      <translation>{0} ändert nichts: {1} wird umgangen</translation>
    </message>
    <message>
      <source>{0}.{1}: there is no node {0!r}</source>
      <translation>{0}.{1}: Es gibt keinen Knoten „{0}“</translation>
    </message>
    <message>
      <source>{0}..{1} needs a step, as in {0}..{1}:0.25</source>
      <translation>{0}..{1} braucht eine Schrittweite, wie in {0}..{1}:0.25</translation>
    </message>
    <message>
      <source>{0}..{1}:{2} needs a step above 0</source>
      <translation>{0}..{1}:{2} braucht eine Schrittweite über 0</translation>
    </message>
    <message>
      <source>{0}..{1} has {2} values: at most {3}</source>
      <translation>{0}..{1} hat {2} Werte: höchstens {3}</translation>
    </message>
    <message>
      <source>{0} changes nothing: no target needs {1}</source>
      <translation>{0} ändert nichts: Kein Ziel braucht {1}</translation>
    </message>
    <message>
      <source>{0!r} is not a value (numbers, true, false, null)</source>
      <translation>„{0}“ ist kein Wert (Zahlen, true, false, null)</translation>
    </message>
    <message>
      <source>{0} is given twice</source>
      <translation>{0} ist doppelt angegeben</translation>
    </message>
    <message>
      <source>{0!r} is not a JSON list: {1}</source>
      <translation>„{0}“ ist keine JSON-Liste: {1}</translation>
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
      <source>links</source>
      <translation>Verbindungen</translation>
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
      <source>Undo {0}</source>
      <translation>Rückgängig: {0}</translation>
    </message>
    <message>
      <source>Redo {0}</source>
      <translation>Wiederholen: {0}</translation>
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
      <translation>Aufträge</translation>
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
        <numerusform>%n Auftrag</numerusform>
        <numerusform>%n Aufträge</numerusform>
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
    <message>
      <source>Load model</source>
      <translation>Modell laden</translation>
    </message>
    <message>
      <source>Models</source>
      <translation>Modelle</translation>
    </message>
    <message>
      <source>Choose a model: Stable Diffusion (1, 2, XL, 3), Flux, Chroma, Qwen-Image, Z-Image, PixArt.

Only the folder is read and checked here; weights are loaded when a step needs them.</source>
      <translation>Ein Modell wählen: Stable Diffusion (1, 2, XL, 3), Flux, Chroma, Qwen-Image, Z-Image,
PixArt.

Hier wird nur der Ordner gelesen und geprüft; Gewichte werden geladen, wenn ein Schritt sie
braucht.</translation>
    </message>
    <message>
      <source>source</source>
      <translation>Quelle</translation>
    </message>
    <message>
      <source>text</source>
      <translation>Text</translation>
    </message>
    <message>
      <source>"starter" for the model that ships, a folder in the diffusers layout, or a hub id such as "owner/name", taken from the hub cache or downloaded into it.</source>
      <translation>„starter“ für das mitgelieferte Modell, ein Ordner im Aufbau von diffusers oder eine Hub-Kennung wie „owner/name“, die aus dem Hub-Cache genommen oder dorthin heruntergeladen wird.</translation>
    </message>
    <message>
      <source>dtype</source>
      <translation>Genauigkeit</translation>
    </message>
    <message>
      <source>Precision of weights and computation; auto is float32 on a CPU, else float16 for Stable Diffusion 1.x, 2.x and XL, bfloat16 for the others.</source>
      <translation>Genauigkeit von Gewichten und Rechnung; auto ist float32 auf einer CPU, sonst float16 für Stable Diffusion 1.x, 2.x und XL, bfloat16 für die anderen.</translation>
    </message>
    <message>
      <source>model</source>
      <translation>Modell</translation>
    </message>
    <message>
      <source>What prompts are encoded and latents are sampled with.</source>
      <translation>Womit Prompts kodiert und Latents gesampelt werden.</translation>
    </message>
    <message>
      <source>vae</source>
      <translation>VAE</translation>
    </message>
    <message>
      <source>What turns pictures into latents and back.</source>
      <translation>Was Bilder in Latents verwandelt und zurück.</translation>
    </message>
    <message>
      <source>Load VAE</source>
      <translation>VAE laden</translation>
    </message>
    <message>
      <source>Choose an image autoencoder other than the model's own.</source>
      <translation>Einen anderen Bild-Autoencoder wählen als den des Modells.</translation>
    </message>
    <message>
      <source>A folder with the config.json and weights of an AutoencoderKL or AutoencoderTiny, a model's folder (its VAE is used), "starter", or a hub id.</source>
      <translation>Ein Ordner mit config.json und Gewichten eines AutoencoderKL oder AutoencoderTiny, der Ordner eines Modells (dessen VAE genommen wird), „starter“ oder eine Hub-Kennung.</translation>
    </message>
    <message>
      <source>Precision of weights and computation; auto is float32 on a CPU, else float16.</source>
      <translation>Genauigkeit von Gewichten und Rechnung; auto ist float32 auf einer CPU, sonst float16.</translation>
    </message>
    <message>
      <source>Load ControlNet</source>
      <translation>ControlNet laden</translation>
    </message>
    <message>
      <source>Choose a ControlNet; it runs in the precision of the model that it controls.</source>
      <translation>Ein ControlNet wählen; es rechnet in der Genauigkeit des Modells, das es steuert.</translation>
    </message>
    <message>
      <source>"starter/depth", "starter/canny" or "starter/sketch" for those that ship, a folder with config.json and weights, or a hub id.</source>
      <translation>„starter/depth“, „starter/canny“ oder „starter/sketch“ für die mitgelieferten, ein Ordner mit config.json und Gewichten oder eine Hub-Kennung.</translation>
    </message>
    <message>
      <source>controlnet</source>
      <translation>ControlNet</translation>
    </message>
    <message>
      <source>Apply LoRA</source>
      <translation>LoRA anwenden</translation>
    </message>
    <message>
      <source>Change a model by a LoRA (Hu et al. 2021): a style, a thing, or fewer steps.

Several can follow each other. Weights are loaded when a step needs them, and added to the
layers' outputs, never merged into them. Stable Diffusion 1.x, 2.x and XL take LoRAs, in the
naming of diffusers or of kohya's scripts.</source>
      <translation>Ein Modell durch eine LoRA ändern (Hu et al. 2021): ein Stil, eine Sache oder weniger
Schritte.

Mehrere können aufeinander folgen. Gewichte werden geladen, wenn ein Schritt sie braucht,
und zu den Ausgaben der Schichten addiert, nie in sie eingerechnet. Stable Diffusion 1.x,
2.x und XL nehmen LoRAs, in der Benennung von diffusers oder der Skripte von kohya.</translation>
    </message>
    <message>
      <source>The model to change.</source>
      <translation>Das Modell, das geändert wird.</translation>
    </message>
    <message>
      <source>A safetensors file, or a folder or hub id with one in it. "starter/fast" ships: the starter model then needs 4 steps only, with the scheduler ddim and a guidance scale of 1. For Stable Diffusion 1.5 latent-consistency/lcm-lora-sdv1-5 does that, with lcm.</source>
      <translation>Eine safetensors-Datei oder ein Ordner oder eine Hub-ID, worin eine liegt. „starter/fast“ liegt bei: damit braucht das Startermodell nur 4 Schritte, mit dem Scheduler ddim und einer Führung von 1. Für Stable Diffusion 1.5 leistet das latent-consistency/lcm-lora-sdv1-5, mit lcm.</translation>
    </message>
    <message>
      <source>name</source>
      <translation>Name</translation>
    </message>
    <message>
      <source>The file in the folder or repository. Not used where source is a file.</source>
      <translation>Die Datei im Ordner oder Repository. Nicht verwendet, wo die Quelle eine Datei ist.</translation>
    </message>
    <message>
      <source>strength</source>
      <translation>Stärke</translation>
    </message>
    <message>
      <source>number</source>
      <translation>Zahl</translation>
    </message>
    <message>
      <source>How much it counts: 1 as trained, 0 leaves the model as it is.</source>
      <translation>Wie viel sie zählt: 1 wie trainiert, 0 lässt das Modell, wie es ist.</translation>
    </message>
    <message>
      <source>Encode prompt</source>
      <translation>Prompt kodieren</translation>
    </message>
    <message>
      <source>Turn a prompt into the embeddings that guide the sampler, positively or negatively.

(word) counts 1.1 times and [word] 1/1.1 times; (word:1.3) counts 1.3 times; a backslash before
a bracket makes it a plain character. A text of more than 75 tokens is read in several windows.
This is so for Stable Diffusion 1.x, 2.x and XL: other models read long texts as they are, and
brackets as plain characters.</source>
      <translation>Einen Prompt in die Einbettungen verwandeln, die den Sampler führen, hin zu etwas oder davon
weg.

(Wort) zählt 1,1-mal und [Wort] 1/1,1-mal; (Wort:1.3) zählt 1,3-mal; ein Backslash vor einer
Klammer macht sie zu einem gewöhnlichen Zeichen. Ein Text von mehr als 75 Tokens wird in
mehreren Fenstern gelesen. Das gilt für Stable Diffusion 1.x, 2.x und XL: Andere Modelle
lesen lange Texte, wie sie sind, und Klammern als gewöhnliche Zeichen.</translation>
    </message>
    <message>
      <source>The model whose text encoders read the prompt.</source>
      <translation>Das Modell, dessen Text-Encoder den Prompt lesen.</translation>
    </message>
    <message>
      <source>What to show, or, for a negative prompt, what to avoid.</source>
      <translation>Was zu sehen sein soll oder, bei einem negativen Prompt, was zu vermeiden ist.</translation>
    </message>
    <message>
      <source>clip skip</source>
      <translation>Clip-Skip</translation>
    </message>
    <message>
      <source>integer</source>
      <translation>Ganze Zahl</translation>
    </message>
    <message>
      <source>Layers left out at the end of the text encoder; 0 uses all of them. Programs that count from 1 call this value + 1.</source>
      <translation>Schichten, die am Ende des Text-Encoders ausgelassen werden; 0 nutzt alle. Programme, die ab 1 zählen, nennen diesen Wert + 1.</translation>
    </message>
    <message>
      <source>conditioning</source>
      <translation>Konditionierung</translation>
    </message>
    <message>
      <source>Prompt schedule</source>
      <translation>Prompt-Ablauf</translation>
    </message>
    <message>
      <source>Change the prompt in the course of the run: at once, or blending over.

Early steps lay out the picture, late ones its details: a prompt that comes late changes the
look and leaves the places of things. Several switches can follow each other.</source>
      <translation>Den Prompt im Verlauf des Laufs wechseln: auf einmal oder überblendend.

Frühe Schritte legen das Bild an, späte seine Einzelheiten: Ein Prompt, der spät kommt,
ändert das Aussehen und lässt die Dinge an ihrem Platz. Mehrere Wechsel können aufeinander
folgen.</translation>
    </message>
    <message>
      <source>first</source>
      <translation>Erster</translation>
    </message>
    <message>
      <source>The prompt at the start.</source>
      <translation>Der Prompt am Anfang.</translation>
    </message>
    <message>
      <source>second</source>
      <translation>Zweiter</translation>
    </message>
    <message>
      <source>The prompt that takes over.</source>
      <translation>Der Prompt, der übernimmt.</translation>
    </message>
    <message>
      <source>at</source>
      <translation>Zeitpunkt</translation>
    </message>
    <message>
      <source>Fraction of the run at which the second prompt takes over at once. Not used where a curve is given.</source>
      <translation>Anteil des Laufs, bei dem der zweite Prompt auf einmal übernimmt. Nicht verwendet, wo eine Kurve gegeben ist.</translation>
    </message>
    <message>
      <source>blend</source>
      <translation>Überblendung</translation>
    </message>
    <message>
      <source>curve</source>
      <translation>Kurve</translation>
    </message>
    <message>
      <source>Share of the second prompt over the run, from 0 (start) to 1 (end); where it is between 0 and 1 the embeddings of both are mixed.</source>
      <translation>Anteil des zweiten Prompts über den Lauf, von 0 (Anfang) bis 1 (Ende); wo er zwischen 0 und 1 liegt, werden die Einbettungen beider gemischt.</translation>
    </message>
    <message>
      <source>Empty latents</source>
      <translation>Leere Latents</translation>
    </message>
    <message>
      <source>Latents</source>
      <translation>Latents</translation>
    </message>
    <message>
      <source>Give the size of new pictures; a sampler starts from pure noise there.</source>
      <translation>Die Größe neuer Bilder angeben; ein Sampler beginnt dort mit reinem Rauschen.</translation>
    </message>
    <message>
      <source>The model that will sample.</source>
      <translation>Das Modell, das samplen wird.</translation>
    </message>
    <message>
      <source>width</source>
      <translation>Breite</translation>
    </message>
    <message>
      <source>Width of the pictures; when empty, the side that the model was trained at.</source>
      <translation>Breite der Bilder; wenn leer, die Seite, mit der das Modell trainiert wurde.</translation>
    </message>
    <message>
      <source>height</source>
      <translation>Höhe</translation>
    </message>
    <message>
      <source>Height of the pictures; when empty, the side that the model was trained at.</source>
      <translation>Höhe der Bilder; wenn leer, die Seite, mit der das Modell trainiert wurde.</translation>
    </message>
    <message>
      <source>batch</source>
      <translation>Anzahl</translation>
    </message>
    <message>
      <source>How many pictures to make; picture i (from 0) has the seed of the sampler + i.</source>
      <translation>Wie viele Bilder gemacht werden; Bild i (ab 0) hat den Seed des Samplers + i.</translation>
    </message>
    <message>
      <source>latents</source>
      <translation>Latents</translation>
    </message>
    <message>
      <source>Encode image</source>
      <translation>Bild kodieren</translation>
    </message>
    <message>
      <source>Turn pictures into latents, to change them with a sampler (image to image, inpainting).

The mean of what the VAE holds for likely is taken: no seed is involved. Alpha is dropped.</source>
      <translation>Bilder in Latents verwandeln, um sie mit einem Sampler zu ändern (Bild zu Bild, Inpainting).

Genommen wird der Mittelwert dessen, was das VAE für wahrscheinlich hält: Kein Seed ist
beteiligt. Alpha fällt weg.</translation>
    </message>
    <message>
      <source>image</source>
      <translation>Bild</translation>
    </message>
    <message>
      <source>The pictures; both sides must be multiples of the VAE's factor (mostly 8).</source>
      <translation>Die Bilder; beide Seiten müssen Vielfache des VAE-Faktors sein (meist 8).</translation>
    </message>
    <message>
      <source>The autoencoder of the model that will sample.</source>
      <translation>Der Autoencoder des Modells, das samplen wird.</translation>
    </message>
    <message>
      <source>tiled</source>
      <translation>Kacheln</translation>
    </message>
    <message>
      <source>boolean</source>
      <translation>Wahrheitswert</translation>
    </message>
    <message>
      <source>Encode tile by tile, which needs less memory and is less exact.</source>
      <translation>Kachel für Kachel kodieren, was weniger Speicher braucht und weniger genau ist.</translation>
    </message>
    <message>
      <source>Decode latents</source>
      <translation>Latents dekodieren</translation>
    </message>
    <message>
      <source>Turn latents into pictures.</source>
      <translation>Latents in Bilder verwandeln.</translation>
    </message>
    <message>
      <source>What a sampler made.</source>
      <translation>Was ein Sampler gemacht hat.</translation>
    </message>
    <message>
      <source>The autoencoder of the model that sampled.</source>
      <translation>Der Autoencoder des Modells, das gesampelt hat.</translation>
    </message>
    <message>
      <source>Decode tile by tile, which needs less memory and is less exact.</source>
      <translation>Kachel für Kachel dekodieren, was weniger Speicher braucht und weniger genau ist.</translation>
    </message>
    <message>
      <source>Draw the noise that a sampler starts from, to share it between samplers.

A sampler that gets this noise does the same as one with this seed.</source>
      <translation>Das Rauschen ziehen, mit dem ein Sampler beginnt, um es zwischen Samplern zu teilen.

Ein Sampler, der dieses Rauschen bekommt, macht dasselbe wie einer mit diesem Seed.</translation>
    </message>
    <message>
      <source>They give the size and the number of pictures.</source>
      <translation>Sie geben die Größe und die Anzahl der Bilder vor.</translation>
    </message>
    <message>
      <source>seed</source>
      <translation>Seed</translation>
    </message>
    <message>
      <source>Of the first picture; picture i (from 0) has seed + i.</source>
      <translation>Des ersten Bildes; Bild i (ab 0) hat Seed + i.</translation>
    </message>
    <message>
      <source>noise</source>
      <translation>Rauschen</translation>
    </message>
    <message>
      <source>Scheduler</source>
      <translation>Scheduler</translation>
    </message>
    <message>
      <source>Sampling</source>
      <translation>Sampling</translation>
    </message>
    <message>
      <source>Choose noise schedule and solver in full detail.</source>
      <translation>Rauschplan und Löser in allen Einzelheiten wählen.</translation>
    </message>
    <message>
      <source>The solver; auto is dpm++2m for Stable Diffusion 1.x, 2.x and XL, for other models the one that they were published with.</source>
      <translation>Der Löser; auto ist dpm++2m für Stable Diffusion 1.x, 2.x und XL, für andere Modelle der, mit dem sie veröffentlicht wurden.</translation>
    </message>
    <message>
      <source>sigmas</source>
      <translation>Sigmas</translation>
    </message>
    <message>
      <source>How the noise levels of the steps are spread: as the solver does by default, or after Karras et al. 2022, evenly in their logarithm, or by a beta distribution.</source>
      <translation>Wie die Rauschstufen der Schritte verteilt sind: wie der Löser es von sich aus tut, nach Karras et al. 2022, gleichmäßig in ihrem Logarithmus oder nach einer Beta-Verteilung.</translation>
    </message>
    <message>
      <source>eta</source>
      <translation>Eta</translation>
    </message>
    <message>
      <source>Noise added back at each step, for ddim and tcd; 0 adds none.</source>
      <translation>Rauschen, das in jedem Schritt wieder zugegeben wird, für ddim und tcd; 0 gibt keines zu.</translation>
    </message>
    <message>
      <source>spacing</source>
      <translation>Abstände</translation>
    </message>
    <message>
      <source>How the steps are spread over the timesteps of the training (Lin et al. 2023).</source>
      <translation>Wie die Schritte auf die Zeitschritte des Trainings verteilt sind (Lin et al. 2023).</translation>
    </message>
    <message>
      <source>prediction</source>
      <translation>Vorhersage</translation>
    </message>
    <message>
      <source>What the network predicts, where the model's own config is wrong.</source>
      <translation>Was das Netz vorhersagt, falls die Konfiguration des Modells falsch ist.</translation>
    </message>
    <message>
      <source>zero snr</source>
      <translation>Null-SNR</translation>
    </message>
    <message>
      <source>Change the noise schedule so that it ends in pure noise (Lin et al. 2023).</source>
      <translation>Den Rauschplan so ändern, dass er in reinem Rauschen endet (Lin et al. 2023).</translation>
    </message>
    <message>
      <source>scheduler</source>
      <translation>Scheduler</translation>
    </message>
    <message>
      <source>Make pictures out of noise, step by step.

After every step the state is kept: a later run that does the same up to some step goes on
from there.</source>
      <translation>Aus Rauschen Bilder machen, Schritt für Schritt.

Nach jedem Schritt wird der Zustand behalten: Ein späterer Lauf, der bis zu einem Schritt
dasselbe tut, macht dort weiter.</translation>
    </message>
    <message>
      <source>The model that denoises.</source>
      <translation>Das Modell, das entrauscht.</translation>
    </message>
    <message>
      <source>positive</source>
      <translation>Positiv</translation>
    </message>
    <message>
      <source>What to show.</source>
      <translation>Was zu sehen sein soll.</translation>
    </message>
    <message>
      <source>Empty latents for new pictures, or the latents of pictures to change.</source>
      <translation>Leere Latents für neue Bilder oder die Latents von Bildern, die geändert werden.</translation>
    </message>
    <message>
      <source>negative</source>
      <translation>Negativ</translation>
    </message>
    <message>
      <source>What to avoid; without it the empty prompt is used.</source>
      <translation>Was zu vermeiden ist; ohne ihn wird der leere Prompt genommen.</translation>
    </message>
    <message>
      <source>control</source>
      <translation>Steuerung</translation>
    </message>
    <message>
      <source>ControlNets that hold the picture to a structure, and pictures as prompts.</source>
      <translation>ControlNets, die das Bild an eine Struktur halten, und Bilder als Prompts.</translation>
    </message>
    <message>
      <source>guidance</source>
      <translation>Führung</translation>
    </message>
    <message>
      <source>Guidance that may change over the run; replaces guidance_scale and guidance_rescale.</source>
      <translation>Führung, die sich über den Lauf ändern kann; ersetzt Führungsskala und Ausgleich.</translation>
    </message>
    <message>
      <source>schedule</source>
      <translation>Zeitplan</translation>
    </message>
    <message>
      <source>Noise schedule and solver in detail; replaces scheduler, sigmas and eta.</source>
      <translation>Rauschplan und Löser im Einzelnen; ersetzt Scheduler, Sigmas und Eta.</translation>
    </message>
    <message>
      <source>The noise to start from; replaces seed.</source>
      <translation>Das Rauschen, mit dem begonnen wird; ersetzt den Seed.</translation>
    </message>
    <message>
      <source>mask</source>
      <translation>Maske</translation>
    </message>
    <message>
      <source>Where to change the picture; all else stays (inpainting).</source>
      <translation>Wo das Bild geändert wird; alles andere bleibt (Inpainting).</translation>
    </message>
    <message>
      <source>masked</source>
      <translation>Maskiertes</translation>
    </message>
    <message>
      <source>For inpainting models (9 channels) only: the encoded picture in which the part under the mask is blanked.</source>
      <translation>Nur für Inpainting-Modelle (9 Kanäle): das kodierte Bild, in dem der Teil unter der Maske geleert ist.</translation>
    </message>
    <message>
      <source>steps</source>
      <translation>Schritte</translation>
    </message>
    <message>
      <source>Number of solver steps; more are slower and mostly finer.</source>
      <translation>Anzahl der Löserschritte; mehr sind langsamer und meist feiner.</translation>
    </message>
    <message>
      <source>Number that the noise is made from; picture i (from 0) has seed + i.</source>
      <translation>Zahl, aus der das Rauschen entsteht; Bild i (ab 0) hat Seed + i.</translation>
    </message>
    <message>
      <source>guidance scale</source>
      <translation>Führungsskala</translation>
    </message>
    <message>
      <source>How strongly the prompt is followed; 1 switches guidance off.</source>
      <translation>Wie streng dem Prompt gefolgt wird; 1 schaltet die Führung aus.</translation>
    </message>
    <message>
      <source>guidance rescale</source>
      <translation>Ausgleich</translation>
    </message>
    <message>
      <source>How far contrast is brought back to what it was without guidance.</source>
      <translation>Wie weit der Kontrast auf den ohne Führung zurückgebracht wird.</translation>
    </message>
    <message>
      <source>How the noise levels of the steps are spread.</source>
      <translation>Wie die Rauschstufen der Schritte verteilt sind.</translation>
    </message>
    <message>
      <source>How much of a given picture is changed: 0 nothing, 1 nearly everything. Empty latents always start from pure noise.</source>
      <translation>Wie viel von einem gegebenen Bild geändert wird: 0 nichts, 1 fast alles. Leere Latents beginnen immer mit reinem Rauschen.</translation>
    </message>
    <message>
      <source>start step</source>
      <translation>Erster Schritt</translation>
    </message>
    <message>
      <source>First solver step; above 0 the latents are taken as noisy already, such as those of a sampler that stopped at this step.</source>
      <translation>Erster Löserschritt; über 0 gelten die Latents als schon verrauscht, wie die eines Samplers, der bei diesem Schritt anhielt.</translation>
    </message>
    <message>
      <source>end step</source>
      <translation>Letzter Schritt</translation>
    </message>
    <message>
      <source>Solver step to stop before; when empty, the run goes to the end.</source>
      <translation>Löserschritt, vor dem angehalten wird; wenn leer, geht der Lauf bis zum Ende.</translation>
    </message>
    <message>
      <source>reseed step</source>
      <translation>Wechselschritt</translation>
    </message>
    <message>
      <source>Solver step from which on the noise that is added back comes from another seed: the picture begins the same and ends otherwise. Solvers that add no noise do not use it; those that do are ddpm, euler-ancestral, dpm++2m-sde, lcm, and with eta above 0 ddim and tcd.</source>
      <translation>Löserschritt, von dem an das wieder zugegebene Rauschen aus einem anderen Seed kommt: Das Bild beginnt gleich und endet anders. Löser, die kein Rauschen zugeben, nutzen ihn nicht; es tun ddpm, euler-ancestral, dpm++2m-sde, lcm und, mit Eta über 0, ddim und tcd.</translation>
    </message>
    <message>
      <source>reseed</source>
      <translation>Zweiter Seed</translation>
    </message>
    <message>
      <source>That other seed; picture i (from 0) has reseed + i.</source>
      <translation>Dieser andere Seed; Bild i (ab 0) hat zweiten Seed + i.</translation>
    </message>
    <message>
      <source>Guidance (CFG)</source>
      <translation>Führung (CFG)</translation>
    </message>
    <message>
      <source>Guidance</source>
      <translation>Führung</translation>
    </message>
    <message>
      <source>Say how strongly the sampler follows the prompt, steadily or changing over the run.

Classifier-free guidance (Ho &amp; Salimans 2022). At 1 and below only the positive prompt is
evaluated, which takes half the time.</source>
      <translation>Sagen, wie streng der Sampler dem Prompt folgt, gleichbleibend oder über den Lauf
veränderlich.

Classifier-free guidance (Ho &amp; Salimans 2022). Bei 1 und darunter wird nur der positive
Prompt ausgewertet, was halb so lange dauert.</translation>
    </message>
    <message>
      <source>scale</source>
      <translation>Skala</translation>
    </message>
    <message>
      <source>Guidance scale for the whole run, unless a curve is given.</source>
      <translation>Führungsskala für den ganzen Lauf, sofern keine Kurve gegeben ist.</translation>
    </message>
    <message>
      <source>Guidance scale over the run, from 0 (start) to 1 (end).</source>
      <translation>Führungsskala über den Lauf, von 0 (Anfang) bis 1 (Ende).</translation>
    </message>
    <message>
      <source>rescale</source>
      <translation>Ausgleich</translation>
    </message>
    <message>
      <source>How far the contrast of the prediction is brought back to what it was without guidance (Lin et al. 2023); helps against burnt colours with v-prediction models.</source>
      <translation>Wie weit der Kontrast der Vorhersage auf den ohne Führung zurückgebracht wird (Lin et al. 2023); hilft gegen ausgebrannte Farben bei Modellen mit v-Vorhersage.</translation>
    </message>
    <message>
      <source>Apply ControlNet</source>
      <translation>ControlNet anwenden</translation>
    </message>
    <message>
      <source>Control</source>
      <translation>Steuerung</translation>
    </message>
    <message>
      <source>Let a ControlNet (Zhang et al. 2023) hold the picture to a depth map, edges or a sketch.

Several can act together: give the control of one as the previous one of the next.</source>
      <translation>Ein ControlNet (Zhang et al. 2023) das Bild an eine Tiefenkarte, Kanten oder eine Skizze
halten lassen.

Mehrere können zusammenwirken: Gib die Steuerung des einen als vorige des nächsten.</translation>
    </message>
    <message>
      <source>Which ControlNet.</source>
      <translation>Welches ControlNet.</translation>
    </message>
    <message>
      <source>What it looks at, such as a depth map for a depth ControlNet.</source>
      <translation>Was es ansieht, zum Beispiel eine Tiefenkarte für ein Tiefen-ControlNet.</translation>
    </message>
    <message>
      <source>previous</source>
      <translation>Vorige</translation>
    </message>
    <message>
      <source>Controls that act together with this one.</source>
      <translation>Steuerungen, die mit dieser zusammenwirken.</translation>
    </message>
    <message>
      <source>Weight of what it adds; 1 is as trained, 0 switches it off. Not used where a curve is given.</source>
      <translation>Gewicht dessen, was es hinzufügt; 1 ist wie trainiert, 0 schaltet es aus. Nicht verwendet, wo eine Kurve gegeben ist.</translation>
    </message>
    <message>
      <source>start</source>
      <translation>Anfang</translation>
    </message>
    <message>
      <source>Fraction of the run from which on it acts.</source>
      <translation>Anteil des Laufs, von dem an es wirkt.</translation>
    </message>
    <message>
      <source>end</source>
      <translation>Ende</translation>
    </message>
    <message>
      <source>Fraction of the run up to which it acts.</source>
      <translation>Anteil des Laufs, bis zu dem es wirkt.</translation>
    </message>
    <message>
      <source>Strength over the run, from 0 (start) to 1 (end); start and end hold for it, too.</source>
      <translation>Stärke über den Lauf, von 0 (Anfang) bis 1 (Ende); Anfang und Ende gelten auch dafür.</translation>
    </message>
    <message>
      <source>Load IP-Adapter</source>
      <translation>IP-Adapter laden</translation>
    </message>
    <message>
      <source>Choose an IP-Adapter (Ye et al. 2023) for Stable Diffusion 1.x or SDXL.

Only the folder is read and checked here; weights are loaded when a step needs them.</source>
      <translation>Einen IP-Adapter (Ye et al. 2023) für Stable Diffusion 1.x oder SDXL wählen.

Hier wird nur der Ordner gelesen und geprüft; Gewichte werden geladen, wenn ein Schritt sie
braucht.</translation>
    </message>
    <message>
      <source>A folder in the layout of the repository h94/IP-Adapter, or a hub id, from which only the file and its image encoder are downloaded.</source>
      <translation>Ein Ordner im Aufbau des Repositorys h94/IP-Adapter oder eine Hub-Kennung, von der nur die Datei und ihr Bild-Encoder heruntergeladen werden.</translation>
    </message>
    <message>
      <source>The safetensors file in it, such as "sdxl_models/ip-adapter_sdxl.safetensors". The plain, "plus" and "full-face" kinds can be used, those for face embeddings ("faceid") cannot.</source>
      <translation>Die safetensors-Datei darin, wie „sdxl_models/ip-adapter_sdxl.safetensors“. Die einfachen, die „plus“- und die „full-face“-Arten gehen, die für Gesichts-Einbettungen („faceid“) nicht.</translation>
    </message>
    <message>
      <source>encoder</source>
      <translation>Encoder</translation>
    </message>
    <message>
      <source>The folder of the image encoder in it, such as "models/image_encoder"; when empty, "image_encoder" beside the file.</source>
      <translation>Der Ordner des Bild-Encoders darin, wie „models/image_encoder“; wenn leer, „image_encoder“ neben der Datei.</translation>
    </message>
    <message>
      <source>ip adapter</source>
      <translation>IP-Adapter</translation>
    </message>
    <message>
      <source>Image prompt</source>
      <translation>Bild-Prompt</translation>
    </message>
    <message>
      <source>Show the model a picture as a prompt, by an IP-Adapter (Ye et al. 2023).

It takes over content and look, not the places of things; those are for a ControlNet, with
which it may act together: give the control of one as the previous one of the next.</source>
      <translation>Dem Modell ein Bild als Prompt zeigen, durch einen IP-Adapter (Ye et al. 2023).

Er übernimmt Inhalt und Aussehen, nicht die Plätze der Dinge; die sind Sache eines
ControlNets, mit dem er zusammenwirken kann: Gib die Steuerung des einen als vorige des
nächsten.</translation>
    </message>
    <message>
      <source>adapter</source>
      <translation>Adapter</translation>
    </message>
    <message>
      <source>Which IP-Adapter.</source>
      <translation>Welcher IP-Adapter.</translation>
    </message>
    <message>
      <source>What to show; several pictures act together. A square is cut out of the middle.</source>
      <translation>Was gezeigt wird; mehrere Bilder wirken zusammen. Aus der Mitte wird ein Quadrat geschnitten.</translation>
    </message>
    <message>
      <source>How much the picture counts beside the text; 0 switches it off. Not used where a curve is given.</source>
      <translation>Wie viel das Bild neben dem Text zählt; 0 schaltet es aus. Nicht verwendet, wo eine Kurve gegeben ist.</translation>
    </message>
    <message>
      <source>Scale over the run, from 0 (start) to 1 (end).</source>
      <translation>Skala über den Lauf, von 0 (Anfang) bis 1 (Ende).</translation>
    </message>
    <message>
      <source>Canny edges</source>
      <translation>Canny-Kanten</translation>
    </message>
    <message>
      <source>Structure</source>
      <translation>Struktur</translation>
    </message>
    <message>
      <source>Trace the edges of a picture by OpenCV's Canny (1986): white on black, one pixel wide.</source>
      <translation>Die Kanten eines Bildes mit Canny (1986) von OpenCV nachziehen: weiß auf schwarz, ein Pixel breit.</translation>
    </message>
    <message>
      <source>The picture to trace.</source>
      <translation>Das Bild, das nachgezogen wird.</translation>
    </message>
    <message>
      <source>low</source>
      <translation>Untere Schwelle</translation>
    </message>
    <message>
      <source>Gradient below which an edge is dropped.</source>
      <translation>Gradient, unter dem eine Kante wegfällt.</translation>
    </message>
    <message>
      <source>high</source>
      <translation>Obere Schwelle</translation>
    </message>
    <message>
      <source>Gradient above which an edge always stays; between the two it stays where it goes on from one that does.</source>
      <translation>Gradient, über dem eine Kante immer bleibt; zwischen beiden bleibt sie, wo sie eine fortsetzt, die bleibt.</translation>
    </message>
    <message>
      <source>Sketch</source>
      <translation>Skizze</translation>
    </message>
    <message>
      <source>Make a scribble, white strokes on black, of a drawing or of a picture.</source>
      <translation>Aus einer Zeichnung oder einem Bild ein Gekritzel machen, weiße Striche auf schwarz.</translation>
    </message>
    <message>
      <source>The drawing, dark on light or light on dark, or the picture to take lines from.</source>
      <translation>Die Zeichnung, dunkel auf hell oder hell auf dunkel, oder das Bild, aus dem Linien genommen werden.</translation>
    </message>
    <message>
      <source>"drawing" takes the strokes that are there; "image" finds the lines of a picture, by a difference of Gaussians (Winnemoeller et al. 2012).</source>
      <translation>„drawing“ nimmt die Striche, die da sind; „image“ findet die Linien eines Bildes, durch eine Differenz von Gauß-Filtern (Winnemoeller et al. 2012).</translation>
    </message>
    <message>
      <source>threshold</source>
      <translation>Schwelle</translation>
    </message>
    <message>
      <source>How far a stroke must stand out: the share of the strongest one.</source>
      <translation>Wie weit ein Strich hervortreten muss: der Anteil des stärksten.</translation>
    </message>
    <message>
      <source>detail</source>
      <translation>Feinheit</translation>
    </message>
    <message>
      <source>Width of the finest lines that are found in a picture. A drawing does not use it.</source>
      <translation>Breite der feinsten Linien, die in einem Bild gefunden werden. Eine Zeichnung nutzt sie nicht.</translation>
    </message>
    <message>
      <source>thickness</source>
      <translation>Dicke</translation>
    </message>
    <message>
      <source>Strokes are widened to about this width; 1 leaves them.</source>
      <translation>Striche werden auf etwa diese Breite gebracht; 1 lässt sie.</translation>
    </message>
    <message>
      <source>Depth</source>
      <translation>Tiefe</translation>
    </message>
    <message>
      <source>Estimate how far away things are: near is white, far is black.

The result is inverse depth, stretched to the full range in each picture.</source>
      <translation>Schätzen, wie weit Dinge entfernt sind: Nahes ist weiß, Fernes schwarz.

Das Ergebnis ist die inverse Tiefe, in jedem Bild auf den ganzen Bereich gestreckt.</translation>
    </message>
    <message>
      <source>The picture to look at.</source>
      <translation>Das Bild, das angesehen wird.</translation>
    </message>
    <message>
      <source>"starter" for the estimator that ships, a folder with a depth estimation model in the layout of transformers, such as Depth Anything or DPT, or its hub id.</source>
      <translation>„starter“ für den mitgelieferten Schätzer, ein Ordner mit einem Modell für Tiefenschätzung im Aufbau von transformers, wie Depth Anything oder DPT, oder dessen Hub-Kennung.</translation>
    </message>
    <message>
      <source>HED edges</source>
      <translation>HED-Kanten</translation>
    </message>
    <message>
      <source>Soft edges by holistically-nested edge detection (Xie &amp; Tu 2015).</source>
      <translation>Weiche Kanten durch Holistically-nested Edge Detection (Xie &amp; Tu 2015).</translation>
    </message>
    <message>
      <source>scribble</source>
      <translation>Gekritzel</translation>
    </message>
    <message>
      <source>Reduce the edges to few thick strokes, for scribble ControlNets.</source>
      <translation>Die Kanten auf wenige dicke Striche bringen, für Gekritzel-ControlNets.</translation>
    </message>
    <message>
      <source>weights</source>
      <translation>Gewichte</translation>
    </message>
    <message>
      <source>Folder with ControlNetHED.safetensors or .pth; empty for the usual places.</source>
      <translation>Ordner mit ControlNetHED.safetensors oder .pth; leer für die üblichen Orte.</translation>
    </message>
    <message>
      <source>resolution</source>
      <translation>Auflösung</translation>
    </message>
    <message>
      <source>Length of the picture's shorter side when it is looked at.</source>
      <translation>Länge der kürzeren Seite des Bildes, wenn es angesehen wird.</translation>
    </message>
    <message>
      <source>PidiNet edges</source>
      <translation>PidiNet-Kanten</translation>
    </message>
    <message>
      <source>Soft edges by pixel difference networks (Su et al. 2021).</source>
      <translation>Weiche Kanten durch Pixel Difference Networks (Su et al. 2021).</translation>
    </message>
    <message>
      <source>quantise</source>
      <translation>Quantisierung</translation>
    </message>
    <message>
      <source>Reduce the edges to three levels, which hides what they tell of textures.</source>
      <translation>Die Kanten auf drei Stufen bringen, was verbirgt, was sie von Texturen verraten.</translation>
    </message>
    <message>
      <source>Folder with table5_pidinet.safetensors or .pth; empty for the usual places.</source>
      <translation>Ordner mit table5_pidinet.safetensors oder .pth; leer für die üblichen Orte.</translation>
    </message>
    <message>
      <source>Line art</source>
      <translation>Linienzeichnung</translation>
    </message>
    <message>
      <source>Lines as an artist would draw them (Chan et al. 2022): white on black.</source>
      <translation>Linien, wie jemand sie zeichnen würde (Chan et al. 2022): weiß auf schwarz.</translation>
    </message>
    <message>
      <source>coarse</source>
      <translation>Grob</translation>
    </message>
    <message>
      <source>Draw fewer and rougher lines.</source>
      <translation>Weniger und gröbere Linien zeichnen.</translation>
    </message>
    <message>
      <source>Folder with sk_model.safetensors or .pth (coarse: sk_model2); empty for the usual places.</source>
      <translation>Ordner mit sk_model.safetensors oder .pth (grob: sk_model2); leer für die üblichen Orte.</translation>
    </message>
    <message>
      <source>Line art (anime)</source>
      <translation>Linienzeichnung (Anime)</translation>
    </message>
    <message>
      <source>Lines of drawn pictures: white on black.</source>
      <translation>Linien gezeichneter Bilder: weiß auf schwarz.</translation>
    </message>
    <message>
      <source>Folder with netG.safetensors or .pth; empty for the usual places.</source>
      <translation>Ordner mit netG.safetensors oder .pth; leer für die üblichen Orte.</translation>
    </message>
    <message>
      <source>Straight lines (M-LSD)</source>
      <translation>Gerade Linien (M-LSD)</translation>
    </message>
    <message>
      <source>Straight line segments, as of buildings and rooms (Gu et al. 2022).</source>
      <translation>Gerade Strecken, wie von Gebäuden und Räumen (Gu et al. 2022).</translation>
    </message>
    <message>
      <source>score</source>
      <translation>Sicherheit</translation>
    </message>
    <message>
      <source>How sure the network must be of a segment.</source>
      <translation>Wie sicher das Netz sich einer Strecke sein muss.</translation>
    </message>
    <message>
      <source>length</source>
      <translation>Länge</translation>
    </message>
    <message>
      <source>Segments shorter than this are dropped, in cells of two pixels.</source>
      <translation>Strecken, die kürzer sind, fallen weg; in Zellen von zwei Pixeln.</translation>
    </message>
    <message>
      <source>Folder with mlsd_large_512_fp32.safetensors or .pth; empty for the usual places.</source>
      <translation>Ordner mit mlsd_large_512_fp32.safetensors oder .pth; leer für die üblichen Orte.</translation>
    </message>
    <message>
      <source>TEED edges</source>
      <translation>TEED-Kanten</translation>
    </message>
    <message>
      <source>Fine soft edges by a tiny network (Soria et al. 2023).</source>
      <translation>Feine weiche Kanten durch ein winziges Netz (Soria et al. 2023).</translation>
    </message>
    <message>
      <source>levels</source>
      <translation>Stufen</translation>
    </message>
    <message>
      <source>How many levels of edges there are above black; 0 leaves them smooth.</source>
      <translation>Wie viele Stufen von Kanten es über Schwarz gibt; 0 lässt sie glatt.</translation>
    </message>
    <message>
      <source>Folder with 5_model.safetensors or .pth; empty for the usual places.</source>
      <translation>Ordner mit 5_model.safetensors oder .pth; leer für die üblichen Orte.</translation>
    </message>
    <message>
      <source>Normals (BAE)</source>
      <translation>Normalen (BAE)</translation>
    </message>
    <message>
      <source>Which way surfaces face, as colours (Bae et al. 2021).</source>
      <translation>Wohin Oberflächen zeigen, als Farben (Bae et al. 2021).</translation>
    </message>
    <message>
      <source>Folder with scannet.safetensors or .pt; empty for the usual places.</source>
      <translation>Ordner mit scannet.safetensors oder .pt; leer für die üblichen Orte.</translation>
    </message>
    <message>
      <source>Poses (OpenPose)</source>
      <translation>Posen (OpenPose)</translation>
    </message>
    <message>
      <source>Skeletons of people (Cao et al. 2019). These networks are for non-commercial use only.</source>
      <translation>Skelette von Menschen (Cao et al. 2019). Diese Netze sind nur für nicht kommerzielle Zwecke.</translation>
    </message>
    <message>
      <source>hands</source>
      <translation>Hände</translation>
    </message>
    <message>
      <source>Draw fingers, too.</source>
      <translation>Auch Finger zeichnen.</translation>
    </message>
    <message>
      <source>face</source>
      <translation>Gesicht</translation>
    </message>
    <message>
      <source>Draw faces, too.</source>
      <translation>Auch Gesichter zeichnen.</translation>
    </message>
    <message>
      <source>Folder with body_pose_model.safetensors or .pth (hands: hand_pose_model, faces: facenet); empty for the usual places.</source>
      <translation>Ordner mit body_pose_model.safetensors oder .pth (Hände: hand_pose_model, Gesichter: facenet); leer für die üblichen Orte.</translation>
    </message>
    <message>
      <source>Depth (MiDaS)</source>
      <translation>Tiefe (MiDaS)</translation>
    </message>
    <message>
      <source>Depth by DPT hybrid (Ranftl et al. 2021): near is white.</source>
      <translation>Tiefe durch DPT hybrid (Ranftl et al. 2021): Nahes ist weiß.</translation>
    </message>
    <message>
      <source>Folder with dpt_hybrid-midas-501f0c75.safetensors or .pt; empty for the usual places.</source>
      <translation>Ordner mit dpt_hybrid-midas-501f0c75.safetensors oder .pt; leer für die üblichen Orte.</translation>
    </message>
    <message>
      <source>Depth (ZoeDepth)</source>
      <translation>Tiefe (ZoeDepth)</translation>
    </message>
    <message>
      <source>Depth by ZoeDepth (Bhat et al. 2023): near is white.</source>
      <translation>Tiefe durch ZoeDepth (Bhat et al. 2023): Nahes ist weiß.</translation>
    </message>
    <message>
      <source>Folder with ZoeD_M12_N.safetensors or .pt; empty for the usual places.</source>
      <translation>Ordner mit ZoeD_M12_N.safetensors oder .pt; leer für die üblichen Orte.</translation>
    </message>
    <message>
      <source>Load image</source>
      <translation>Bild laden</translation>
    </message>
    <message>
      <source>Image</source>
      <translation>Bild</translation>
    </message>
    <message>
      <source>Read a picture from a file: upright, in sRGB, with all bits of 16-bit files.</source>
      <translation>Ein Bild aus einer Datei lesen: aufrecht, in sRGB, mit allen Bits von 16-Bit-Dateien.</translation>
    </message>
    <message>
      <source>path</source>
      <translation>Pfad</translation>
    </message>
    <message>
      <source>The file. Where it is not absolute it starts at the folder of the workflow.</source>
      <translation>Die Datei. Ein Pfad, der nicht absolut ist, beginnt beim Ordner des Workflows.</translation>
    </message>
    <message>
      <source>The picture, with four channels if the file has transparency.</source>
      <translation>Das Bild, mit vier Kanälen, wenn die Datei Transparenz hat.</translation>
    </message>
    <message>
      <source>Its alpha; 1 everywhere if the file has none.</source>
      <translation>Sein Alpha; überall 1, wenn die Datei keines hat.</translation>
    </message>
    <message>
      <source>Save image</source>
      <translation>Bild speichern</translation>
    </message>
    <message>
      <source>Write PNG files that carry the workflow; dropped on the canvas they bring it back.

Nothing is overwritten: if another picture has the name already, the new one is numbered
("picture-0002.png"), and so are the pictures of a batch. The same picture is written once.</source>
      <translation>PNG-Dateien schreiben, die den Workflow enthalten; auf die Arbeitsfläche gezogen, bringen
sie ihn zurück.

Nichts wird überschrieben: Hat schon ein anderes Bild den Namen, wird das neue nummeriert
(„picture-0002.png“), und so auch die Bilder eines Stapels. Dasselbe Bild wird nur einmal
geschrieben.</translation>
    </message>
    <message>
      <source>The pictures, written with 8 bits a channel.</source>
      <translation>Die Bilder, geschrieben mit 8 Bit je Kanal.</translation>
    </message>
    <message>
      <source>Name of the file in the output folder. It may begin with sub-folders, as in "forest/morning".</source>
      <translation>Name der Datei im Ausgabeordner. Er darf mit Unterordnern beginnen, wie in „wald/morgen“.</translation>
    </message>
    <message>
      <source>files</source>
      <translation>Dateien</translation>
    </message>
    <message>
      <source>Preview</source>
      <translation>Vorschau</translation>
    </message>
    <message>
      <source>Show a picture; it passes through unchanged.</source>
      <translation>Ein Bild zeigen; es geht unverändert hindurch.</translation>
    </message>
    <message>
      <source>Resize</source>
      <translation>Größe ändern</translation>
    </message>
    <message>
      <source>Bring a picture to another size.</source>
      <translation>Ein Bild auf eine andere Größe bringen.</translation>
    </message>
    <message>
      <source>The picture.</source>
      <translation>Das Bild.</translation>
    </message>
    <message>
      <source>Width of the result.</source>
      <translation>Breite des Ergebnisses.</translation>
    </message>
    <message>
      <source>Height of the result.</source>
      <translation>Höhe des Ergebnisses.</translation>
    </message>
    <message>
      <source>how</source>
      <translation>Art</translation>
    </message>
    <message>
      <source>"stretch" ignores proportions; "fit" keeps them, so one side may come out shorter; "fill" keeps them and cuts off what hangs over; "pad" keeps them and fills up with a colour.</source>
      <translation>„stretch“ achtet nicht auf Proportionen; „fit“ wahrt sie, sodass eine Seite kürzer werden kann; „fill“ wahrt sie und schneidet ab, was übersteht; „pad“ wahrt sie und füllt mit einer Farbe auf.</translation>
    </message>
    <message>
      <source>method</source>
      <translation>Methode</translation>
    </message>
    <message>
      <source>How pixels are computed. "lanczos" is sharpest, "box" averages, "nearest" keeps hard edges.</source>
      <translation>Wie Pixel berechnet werden. „lanczos“ ist am schärfsten, „box“ mittelt, „nearest“ erhält harte Kanten.</translation>
    </message>
    <message>
      <source>colour</source>
      <translation>Farbe</translation>
    </message>
    <message>
      <source>What "pad" fills up with.</source>
      <translation>Womit „pad“ auffüllt.</translation>
    </message>
    <message>
      <source>Crop</source>
      <translation>Zuschneiden</translation>
    </message>
    <message>
      <source>Cut out a rectangle. What of it lies outside of the picture is left away.</source>
      <translation>Ein Rechteck ausschneiden. Was davon außerhalb des Bildes liegt, bleibt weg.</translation>
    </message>
    <message>
      <source>x</source>
      <translation>X</translation>
    </message>
    <message>
      <source>Left edge of the rectangle, from the left of the picture.</source>
      <translation>Linke Kante des Rechtecks, vom linken Bildrand aus.</translation>
    </message>
    <message>
      <source>y</source>
      <translation>Y</translation>
    </message>
    <message>
      <source>Upper edge of the rectangle, from the top of the picture.</source>
      <translation>Obere Kante des Rechtecks, vom oberen Bildrand aus.</translation>
    </message>
    <message>
      <source>Width of the rectangle.</source>
      <translation>Breite des Rechtecks.</translation>
    </message>
    <message>
      <source>Height of the rectangle.</source>
      <translation>Höhe des Rechtecks.</translation>
    </message>
    <message>
      <source>Upscale</source>
      <translation>Hochskalieren</translation>
    </message>
    <message>
      <source>Enlarge a picture by a Lanczos filter, sharpened without halos. It invents no detail.</source>
      <translation>Ein Bild mit einem Lanczos-Filter vergrößern und ohne Säume schärfen. Er erfindet keine Einzelheiten.</translation>
    </message>
    <message>
      <source>factor</source>
      <translation>Faktor</translation>
    </message>
    <message>
      <source>How many times wider and higher it gets.</source>
      <translation>Um wie viel es breiter und höher wird.</translation>
    </message>
    <message>
      <source>sharpness</source>
      <translation>Schärfe</translation>
    </message>
    <message>
      <source>Strength of the unsharp mask; 0 is the plain filter.</source>
      <translation>Stärke der Unscharfmaskierung; 0 ist der bloße Filter.</translation>
    </message>
    <message>
      <source>Invert</source>
      <translation>Invertieren</translation>
    </message>
    <message>
      <source>Turn light into dark, and each colour into its opposite.</source>
      <translation>Hell in Dunkel verwandeln und jede Farbe in ihr Gegenteil.</translation>
    </message>
    <message>
      <source>The picture; its alpha stays.</source>
      <translation>Das Bild; sein Alpha bleibt.</translation>
    </message>
    <message>
      <source>amount</source>
      <translation>Anteil</translation>
    </message>
    <message>
      <source>0 leaves the picture as it is, 1 inverts it fully.</source>
      <translation>0 lässt das Bild, wie es ist, 1 invertiert es ganz.</translation>
    </message>
    <message>
      <source>Adjust</source>
      <translation>Anpassen</translation>
    </message>
    <message>
      <source>Change brightness, contrast, saturation and gamma.</source>
      <translation>Helligkeit, Kontrast, Sättigung und Gamma ändern.</translation>
    </message>
    <message>
      <source>brightness</source>
      <translation>Helligkeit</translation>
    </message>
    <message>
      <source>Added to all channels.</source>
      <translation>Wird zu allen Kanälen addiert.</translation>
    </message>
    <message>
      <source>contrast</source>
      <translation>Kontrast</translation>
    </message>
    <message>
      <source>Factor around mid-grey; 0 is flat grey, 1 leaves it.</source>
      <translation>Faktor um Mittelgrau; 0 ist flaches Grau, 1 lässt ihn.</translation>
    </message>
    <message>
      <source>saturation</source>
      <translation>Sättigung</translation>
    </message>
    <message>
      <source>0 is black and white, 1 leaves it.</source>
      <translation>0 ist schwarzweiß, 1 lässt sie.</translation>
    </message>
    <message>
      <source>gamma</source>
      <translation>Gamma</translation>
    </message>
    <message>
      <source>Above 1 lightens the mid-tones, below 1 darkens them; black and white stay.</source>
      <translation>Über 1 hellt die Mitteltöne auf, unter 1 dunkelt sie ab; Schwarz und Weiß bleiben.</translation>
    </message>
    <message>
      <source>Blur</source>
      <translation>Weichzeichnen</translation>
    </message>
    <message>
      <source>Soften a picture with a Gaussian.</source>
      <translation>Ein Bild mit einem Gauß-Filter weicher machen.</translation>
    </message>
    <message>
      <source>radius</source>
      <translation>Radius</translation>
    </message>
    <message>
      <source>Standard deviation of the Gaussian.</source>
      <translation>Standardabweichung der Gauß-Verteilung.</translation>
    </message>
    <message>
      <source>Blend</source>
      <translation>Überblenden</translation>
    </message>
    <message>
      <source>Lay one picture over another.</source>
      <translation>Ein Bild über ein anderes legen.</translation>
    </message>
    <message>
      <source>base</source>
      <translation>Unten</translation>
    </message>
    <message>
      <source>The picture below.</source>
      <translation>Das untere Bild.</translation>
    </message>
    <message>
      <source>top</source>
      <translation>Oben</translation>
    </message>
    <message>
      <source>The picture above, of the same size; its alpha counts.</source>
      <translation>Das obere Bild, von derselben Größe; sein Alpha zählt.</translation>
    </message>
    <message>
      <source>Where the upper picture applies; everywhere if left open.</source>
      <translation>Wo das obere Bild wirkt; überall, wenn offen gelassen.</translation>
    </message>
    <message>
      <source>mode</source>
      <translation>Modus</translation>
    </message>
    <message>
      <source>How colours meet, as in paint programs.</source>
      <translation>Wie Farben sich treffen, wie in Malprogrammen.</translation>
    </message>
    <message>
      <source>Opacity of the upper picture.</source>
      <translation>Deckkraft des oberen Bildes.</translation>
    </message>
    <message>
      <source>Cut out</source>
      <translation>Freistellen</translation>
    </message>
    <message>
      <source>Make a picture transparent outside of a mask.</source>
      <translation>Ein Bild außerhalb einer Maske durchsichtig machen.</translation>
    </message>
    <message>
      <source>The picture; transparency that it has stays.</source>
      <translation>Das Bild; Transparenz, die es hat, bleibt.</translation>
    </message>
    <message>
      <source>What remains, of the same size.</source>
      <translation>Was übrig bleibt, von derselben Größe.</translation>
    </message>
    <message>
      <source>Mask from colour</source>
      <translation>Maske aus Farbe</translation>
    </message>
    <message>
      <source>Mask</source>
      <translation>Maske</translation>
    </message>
    <message>
      <source>Select what has a certain colour.</source>
      <translation>Auswählen, was eine bestimmte Farbe hat.</translation>
    </message>
    <message>
      <source>The colour to select.</source>
      <translation>Die Farbe, die ausgewählt wird.</translation>
    </message>
    <message>
      <source>tolerance</source>
      <translation>Toleranz</translation>
    </message>
    <message>
      <source>How far a colour may be away, where 1 is from black to white.</source>
      <translation>Wie weit eine Farbe entfernt sein darf; 1 ist von Schwarz bis Weiß.</translation>
    </message>
    <message>
      <source>softness</source>
      <translation>Weichheit</translation>
    </message>
    <message>
      <source>Over which further distance the mask fades out.</source>
      <translation>Über welche weitere Entfernung die Maske ausläuft.</translation>
    </message>
    <message>
      <source>Mask from brightness</source>
      <translation>Maske aus Helligkeit</translation>
    </message>
    <message>
      <source>Take a black and white picture, such as a painted one, as a mask.</source>
      <translation>Ein schwarzweißes Bild, zum Beispiel ein gemaltes, als Maske nehmen.</translation>
    </message>
    <message>
      <source>The picture: white is inside, black is outside.</source>
      <translation>Das Bild: Weiß ist innen, Schwarz außen.</translation>
    </message>
    <message>
      <source>Mask from alpha</source>
      <translation>Maske aus Alpha</translation>
    </message>
    <message>
      <source>Take what is opaque as a mask.</source>
      <translation>Was deckt, als Maske nehmen.</translation>
    </message>
    <message>
      <source>The picture; without transparency all of it is inside.</source>
      <translation>Das Bild; ohne Transparenz ist alles davon innen.</translation>
    </message>
    <message>
      <source>Invert mask</source>
      <translation>Maske umkehren</translation>
    </message>
    <message>
      <source>Swap inside and outside.</source>
      <translation>Innen und außen vertauschen.</translation>
    </message>
    <message>
      <source>The mask.</source>
      <translation>Die Maske.</translation>
    </message>
    <message>
      <source>Grow mask</source>
      <translation>Maske ausdehnen</translation>
    </message>
    <message>
      <source>Widen or narrow a mask, with round corners.</source>
      <translation>Eine Maske weiter oder enger machen, mit runden Ecken.</translation>
    </message>
    <message>
      <source>distance</source>
      <translation>Abstand</translation>
    </message>
    <message>
      <source>How far its edge moves outwards; inwards if negative.</source>
      <translation>Wie weit ihr Rand nach außen rückt; nach innen, wenn negativ.</translation>
    </message>
    <message>
      <source>Feather mask</source>
      <translation>Maskenrand weichzeichnen</translation>
    </message>
    <message>
      <source>Soften the edge of a mask.</source>
      <translation>Den Rand einer Maske weicher machen.</translation>
    </message>
    <message>
      <source>Mask as image</source>
      <translation>Maske als Bild</translation>
    </message>
    <message>
      <source>Show a mask as a black and white picture.</source>
      <translation>Eine Maske als schwarzweißes Bild zeigen.</translation>
    </message>
    <message>
      <source>The mask: inside becomes white, outside black.</source>
      <translation>Die Maske: Innen wird weiß, außen schwarz.</translation>
    </message>
  </context>
</TS>
