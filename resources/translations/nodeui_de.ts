<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
  <context>
    <name>nodeui</name>
    <message>
      <source>The cache cannot be written, so results are only kept until you quit. {}</source>
      <translation>Der Zwischenspeicher kann nicht geschrieben werden; Ergebnisse bleiben nur bis zum Beenden erhalten. {}</translation>
    </message>
    <message>
      <source>Entry {0} of the cache was damaged; it is computed again.</source>
      <translation>Eintrag {0} des Zwischenspeichers war beschädigt; er wird neu berechnet.</translation>
    </message>
    <message>
      <source>The cache folder {0} can no longer be used ({1}); results are kept in memory only.</source>
      <translation>Der Ordner des Zwischenspeichers {0} ist nicht mehr verwendbar ({1}); Ergebnisse bleiben nur im Arbeitsspeicher.</translation>
    </message>
    <message>
      <source>The cache folder {0} cannot be used ({1}); results are kept in memory only.</source>
      <translation>Der Ordner des Zwischenspeichers {0} ist nicht verwendbar ({1}); Ergebnisse bleiben nur im Arbeitsspeicher.</translation>
    </message>
    <message>
      <source>The cache in {0} was damaged and has been cleared.</source>
      <translation>Der Zwischenspeicher in {0} war beschädigt und wurde geleert.</translation>
    </message>
    <message>
      <source>the worker was ended by {0}</source>
      <translation>der Arbeitsprozess wurde durch {0} beendet</translation>
    </message>
    <message>
      <source>the worker ended with exit code {0}</source>
      <translation>der Arbeitsprozess endete mit dem Exit-Code {0}</translation>
    </message>
    <message>
      <source>{0} while running {1}</source>
      <translation>{0} (beim Ausführen von {1})</translation>
    </message>
    <message>
      <source>the worker was stopped by the user</source>
      <translation>der Arbeitsprozess wurde vom Benutzer beendet</translation>
    </message>
    <message>
      <source>the run did not stop in time, so its worker was replaced</source>
      <translation>der Lauf hielt nicht rechtzeitig an; sein Arbeitsprozess wurde ersetzt</translation>
    </message>
    <message>
      <source>{0}; two workers in a row died of this run, so it is not tried again</source>
      <translation>{0}; zwei Arbeitsprozesse nacheinander sind an diesem Lauf gescheitert, er wird daher nicht noch einmal versucht</translation>
    </message>
    <message>
      <source>{0}; systems do this when memory runs out</source>
      <translation>{0}; das geschieht, wenn der Arbeitsspeicher ausgeht</translation>
    </message>
    <message>
      <source>signal {0}</source>
      <translation>Signal {0}</translation>
    </message>
    <message>
      <source>the worker sent a message that cannot be read</source>
      <translation>der Arbeitsprozess hat eine unlesbare Nachricht gesendet</translation>
    </message>
    <message>
      <source>Node packs can be confined on Linux only.</source>
      <translation>Knotenpakete können nur unter Linux abgeschirmt werden.</translation>
    </message>
    <message>
      <source>This Linux kernel has no Landlock for files and the network (it needs 6.7).</source>
      <translation>Diesem Linux-Kern fehlt Landlock für Dateien und Netzwerk (ab 6.7).</translation>
    </message>
    <message>
      <source>Node packs cannot be confined on this kind of processor.</source>
      <translation>Auf dieser Art von Prozessor können Knotenpakete nicht abgeschirmt werden.</translation>
    </message>
    <message>
      <source>network access is switched off</source>
      <translation>der Netzzugang ist abgeschaltet</translation>
    </message>
    <message>
      <source>its node pack decides, in the worker</source>
      <translation>sein Knotenpaket entscheidet, im Arbeitsprozess</translation>
    </message>
    <message>
      <source>muted</source>
      <translation>stummgeschaltet</translation>
    </message>
    <message>
      <source>needs {0}</source>
      <translation>braucht {0}</translation>
    </message>
    <message>
      <source>depends on {0}</source>
      <translation>hängt von {0} ab</translation>
    </message>
    <message>
      <source>its result was removed from the cache</source>
      <translation>sein Ergebnis wurde aus dem Zwischenspeicher entfernt</translation>
    </message>
    <message>
      <source>new</source>
      <translation>neu</translation>
    </message>
    <message>
      <source>the code of its node pack changed</source>
      <translation>der Code seines Knotenpakets hat sich geändert</translation>
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
      <source>its value was removed from the cache</source>
      <translation>sein Wert wurde aus dem Zwischenspeicher entfernt</translation>
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
      <source>all {0} steps are stored</source>
      <translation>alle {0} Schritte sind gespeichert</translation>
    </message>
    <message>
      <source>{0} has no value: {1} is bypassed and has no matching input</source>
      <translation>{0} hat keinen Wert: {1} wird umgangen und hat keinen passenden Eingang</translation>
    </message>
    <message>
      <source>{0} is not connected</source>
      <translation>{0} ist nicht verbunden</translation>
    </message>
    <message>
      <source>There is not enough memory for this ({0}).</source>
      <translation>Dafür reicht der Speicher nicht ({0}).</translation>
    </message>
    <message>
      <source>its value could not be checked: {0}</source>
      <translation>sein Wert konnte nicht geprüft werden: {0}</translation>
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
      <source>{0} in a pass-through</source>
      <translation>{0} beim Durchreichen eines Werts</translation>
    </message>
    <message>
      <source>the engine failed, which is a bug: {0}</source>
      <translation>die Engine ist fehlgeschlagen, das ist ein Programmfehler: {0}</translation>
    </message>
    <message>
      <source>made by a newer NodeUI (workflow version {0}; this one reads up to {1})</source>
      <translation>mit einem neueren NodeUI erstellt (Workflow-Version {0}; diese Version liest bis {1})</translation>
    </message>
    <message>
      <source>{0}: {1} of version {2} is newer than the one installed ({3})</source>
      <translation>{0}: {1} hat Version {2} und ist neuer als die installierte ({3})</translation>
    </message>
    <message>
      <source>it is not a file</source>
      <translation>es ist keine Datei</translation>
    </message>
    <message>
      <source>it has more than {0} MiB</source>
      <translation>sie ist größer als {0} MiB</translation>
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
      <translation>Knoten „{0}“: Eine Kennung besteht nur aus Buchstaben, Ziffern, _ und -</translation>
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
      <source>not a valid workflow: {0}</source>
      <translation>kein gültiger Workflow: {0}</translation>
    </message>
    <message>
      <source>this is a workflow of {0}, which NodeUI cannot open</source>
      <translation>das ist ein Workflow von {0}, den NodeUI nicht öffnen kann</translation>
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
      <source>the id {0!r} is not valid or already used</source>
      <translation>die Kennung „{0}“ ist ungültig oder schon vergeben</translation>
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
      <source>this picture carries no workflow</source>
      <translation>dieses Bild enthält keinen Workflow</translation>
    </message>
    <message>
      <source>not JSON: {0}</source>
      <translation>kein JSON: {0}</translation>
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
      <source>{0} ({1}) has no parameter {2!r}; it has {3}</source>
      <translation>{0} ({1}) hat keinen Parameter „{2}“; er hat {3}</translation>
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
      <source>Upgrade {0}</source>
      <translation>{0} aktualisieren</translation>
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
      <translation>Gruppe</translation>
    </message>
    <message>
      <source>Change document details</source>
      <translation>Angaben zum Dokument ändern</translation>
    </message>
    <message>
      <source>Paint</source>
      <translation>Malen</translation>
    </message>
    <message>
      <source>Remove strokes</source>
      <translation>Striche entfernen</translation>
    </message>
    <message>
      <source>{0}.{1} is no painting</source>
      <translation>{0}.{1} ist keine Malerei</translation>
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
      <translation>„{0}“ ist keine Knotenkennung; erlaubt sind Buchstaben, Ziffern, _ und -</translation>
    </message>
    <message>
      <source>there is already a node {0!r}</source>
      <translation>es gibt schon einen Knoten „{0}“</translation>
    </message>
    <message>
      <source>Set {0} to {1}</source>
      <translation>{0} auf {1} setzen</translation>
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
      <translation>„{0}“ ist keine Gruppenkennung; erlaubt sind Buchstaben, Ziffern, _ und -</translation>
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
      <source>Untitled</source>
      <translation>Ohne Titel</translation>
    </message>
    <message>
      <source>its declarations are not plain data: {0}</source>
      <translation>seine Deklarationen sind keine einfachen Daten: {0}</translation>
    </message>
    <message>
      <source>this {0} carries no workflow</source>
      <translation>dieses {0} enthält keinen Workflow</translation>
    </message>
    <message>
      <source>this {0} was made by {1}; it carries no NodeUI workflow</source>
      <translation>dieses {0} wurde mit {1} gemacht; es enthält keinen Workflow von NodeUI</translation>
    </message>
    <message>
      <source>this {0} was taken with {1}; it carries no workflow</source>
      <translation>dieses {0} wurde mit {1} aufgenommen; es enthält keinen Workflow</translation>
    </message>
    <message>
      <source>a text in it is too long</source>
      <translation>ein Text darin ist zu lang</translation>
    </message>
    <message>
      <source>not a workflow: it is {0}</source>
      <translation>kein Workflow: es ist {0}</translation>
    </message>
    <message>
      <source>it is cut off</source>
      <translation>sie ist abgeschnitten</translation>
    </message>
    <message>
      <source>a text in it is damaged</source>
      <translation>ein Text darin ist beschädigt</translation>
    </message>
    <message>
      <source>a part of it is damaged</source>
      <translation>ein Teil davon ist beschädigt</translation>
    </message>
    <message>
      <source>node pack {0}: {1}</source>
      <translation>Knotenpaket {0}: {1}</translation>
    </message>
    <message>
      <source>{0} is of type {1}, but {2} takes {3}</source>
      <translation>{0} hat den Typ {1}, aber {2} erwartet {3}</translation>
    </message>
    <message>
      <source>linking {0} to {1} closes a cycle</source>
      <translation>die Verbindung von {0} mit {1} ergäbe einen Kreis</translation>
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
      <source>waiting for the node pack {0}</source>
      <translation>wartet auf das Knotenpaket {0}</translation>
    </message>
    <message>
      <source>the node pack {0} is off, see Preferences</source>
      <translation>das Knotenpaket {0} ist aus, siehe Einstellungen</translation>
    </message>
    <message>
      <source>the node type {0} is not installed</source>
      <translation>der Knotentyp {0} ist nicht installiert</translation>
    </message>
    <message>
      <source>{0} takes whole numbers of at most 64 bits, not {1}</source>
      <translation>„{0}“ erwartet ganze Zahlen mit höchstens 64 Bit, nicht {1}</translation>
    </message>
    <message>
      <source>{0} must be in steps of {1}, not {2}</source>
      <translation>„{0}“ erlaubt nur Schritte von {1}, nicht {2}</translation>
    </message>
    <message>
      <source>{0} or null</source>
      <translation>{0} oder null</translation>
    </message>
    <message>
      <source>{0} takes {1}, not {2}</source>
      <translation>„{0}“ erwartet {1}, nicht {2}</translation>
    </message>
    <message>
      <source>{0} must be one of {1}, not {2}</source>
      <translation>„{0}“ erlaubt nur {1}, nicht {2}</translation>
    </message>
    <message>
      <source>{0} must be between {1} and {2}, not {3}</source>
      <translation>„{0}“ muss zwischen {1} und {2} liegen, nicht bei {3}</translation>
    </message>
    <message>
      <source>{0} is too large: {1}</source>
      <translation>„{0}“ ist zu groß: {1}</translation>
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
      <translation>eine Liste von Paaren [Anteil, Wert] mit steigenden Anteilen in [0, 1]</translation>
    </message>
    <message>
      <source>{0} cannot be used: {1}</source>
      <translation>{0} ist nicht verwendbar: {1}</translation>
    </message>
    <message>
      <source>a number of thousands of digits</source>
      <translation>eine Zahl mit Tausenden von Ziffern</translation>
    </message>
    <message>
      <source>The index of models was damaged; it is being made again.</source>
      <translation>Das Verzeichnis der Modelle war beschädigt; es wird neu erstellt.</translation>
    </message>
    <message>
      <source>The index of models is kept in memory only: {0}</source>
      <translation>Das Verzeichnis der Modelle wird nur im Arbeitsspeicher gehalten: {0}</translation>
    </message>
    <message>
      <source>The index of models cannot be used: {0}.</source>
      <translation>Das Verzeichnis der Modelle kann nicht benutzt werden: {0}.</translation>
    </message>
    <message>
      <source>A pickle may hold code, so it is not read. Convert it to safetensors.</source>
      <translation>Eine Pickle-Datei kann Code enthalten und wird nicht gelesen. Wandeln Sie sie in safetensors um.</translation>
    </message>
    <message>
      <source>The notes about models cannot be saved: {0}.</source>
      <translation>Die Notizen zu Modellen können nicht gespeichert werden: {0}.</translation>
    </message>
    <message>
      <source>{0} is not found in the bin. Restore it from there.</source>
      <translation>{0} ist im Papierkorb nicht zu finden. Bitte von dort aus wiederherstellen.</translation>
    </message>
    <message>
      <source>{0} exists again; the deleted file stays in the bin.</source>
      <translation>{0} gibt es wieder; die gelöschte Datei bleibt im Papierkorb.</translation>
    </message>
    <message>
      <source>{0} does not exist.</source>
      <translation>{0} gibt es nicht.</translation>
    </message>
    <message>
      <source>{0} cannot be moved to the bin: {1}</source>
      <translation>{0} kann nicht in den Papierkorb verschoben werden: {1}</translation>
    </message>
    <message>
      <source>{0} cannot be restored: {1}</source>
      <translation>{0} kann nicht wiederhergestellt werden: {1}</translation>
    </message>
    <message>
      <source>The index of pictures was damaged; it is being made again.</source>
      <translation>Der Bilderindex war beschädigt; er wird neu angelegt.</translation>
    </message>
    <message>
      <source>The index of pictures is kept in memory only: {0}</source>
      <translation>Der Bilderindex bleibt nur im Arbeitsspeicher: {0}</translation>
    </message>
    <message>
      <source>The index of pictures cannot be used: {0}.</source>
      <translation>Der Bilderindex ist nicht verwendbar: {0}.</translation>
    </message>
    <message>
      <source>{0} cannot be read: {1}</source>
      <translation>{0} kann nicht gelesen werden: {1}</translation>
    </message>
    <message>
      <source>{0} loads {1}</source>
      <translation>{0} lädt {1}</translation>
    </message>
    <message>
      <source>Enter a name.</source>
      <translation>Bitte einen Namen eingeben.</translation>
    </message>
    <message>
      <source>A name cannot contain {0!r}.</source>
      <translation>Ein Name darf {0!r} nicht enthalten.</translation>
    </message>
    <message>
      <source>The name is too long.</source>
      <translation>Der Name ist zu lang.</translation>
    </message>
    <message>
      <source>{0} exists already.</source>
      <translation>{0} gibt es schon.</translation>
    </message>
    <message>
      <source>{0} cannot be renamed: {1}</source>
      <translation>{0} kann nicht umbenannt werden: {1}</translation>
    </message>
    <message>
      <source>There is no field "{0}"; there are {1}. Put words with a colon in quotes.</source>
      <translation>Es gibt kein Feld „{0}“; es gibt {1}. Wörter mit Doppelpunkt in Anführungszeichen setzen.</translation>
    </message>
    <message>
      <source>There is no state "{0}"; there are {1}.</source>
      <translation>Es gibt keinen Zustand „{0}“; es gibt {1}.</translation>
    </message>
    <message>
      <source>Enter a value after "{0}:".</source>
      <translation>Bitte einen Wert nach „{0}:“ eingeben.</translation>
    </message>
    <message>
      <source>Enter a word.</source>
      <translation>Bitte ein Wort eingeben.</translation>
    </message>
    <message>
      <source>"{0}" is no value for {1}; enter one such as {2}.</source>
      <translation>„{0}“ ist kein Wert für {1}; möglich ist etwa {2}.</translation>
    </message>
    <message>
      <source>links</source>
      <translation>Verbindungen</translation>
    </message>
    <message>
      <source>{0} is being written by another program; try again</source>
      <translation>{0} wird gerade von einem anderen Programm geschrieben; bitte erneut versuchen</translation>
    </message>
    <message>
      <source>it is too long</source>
      <translation>sie ist zu lang</translation>
    </message>
    <message>
      <source>it is not XMP</source>
      <translation>das ist kein XMP</translation>
    </message>
    <message>
      <source>{0} cannot be written: {1}</source>
      <translation>{0} kann nicht geschrieben werden: {1}</translation>
    </message>
    <message>
      <source>{0!r} contains a character that XMP cannot hold</source>
      <translation>{0!r} enthält ein Zeichen, das in XMP nicht möglich ist</translation>
    </message>
    <message>
      <source>{0} is left as it is: {1}</source>
      <translation>{0} bleibt unverändert: {1}</translation>
    </message>
    <message>
      <source>The node type {0} is not installed.</source>
      <translation>Der Knotentyp {0} ist nicht installiert.</translation>
    </message>
    <message>
      <source>The steps are known once the inputs of the sampler have been computed.</source>
      <translation>Die Schritte sind bekannt, sobald die Eingänge des Samplers berechnet sind.</translation>
    </message>
    <message>
      <source>Branch at {0} of {1}</source>
      <translation>Bei {0} von {1} abzweigen</translation>
    </message>
    <message>
      <source>The journal cannot be written ({0}): save your work.</source>
      <translation>Das Journal kann nicht geschrieben werden ({0}). Bitte die Arbeit speichern.</translation>
    </message>
    <message>
      <source>{0} is no journal: {1}</source>
      <translation>{0} ist kein Journal: {1}</translation>
    </message>
    <message>
      <source>No node type reads {0}.</source>
      <translation>Kein Knotentyp liest {0}.</translation>
    </message>
    <message>
      <source>{0} is too large.</source>
      <translation>{0} ist zu groß.</translation>
    </message>
    <message>
      <source>{0} cannot be loaded: {1}.</source>
      <translation>{0} kann nicht geladen werden: {1}.</translation>
    </message>
    <message>
      <source>The picture is empty or too large.</source>
      <translation>Das Bild ist leer oder zu groß.</translation>
    </message>
    <message>
      <source>The picture cannot be kept: {0}.</source>
      <translation>Das Bild kann nicht aufbewahrt werden: {0}.</translation>
    </message>
    <message>
      <source>These node packs are off until you decide in Preferences &gt; Packs: {0}</source>
      <translation>Diese Knotenpakete sind aus, bis Sie unter Einstellungen &gt; Pakete entscheiden: {0}</translation>
    </message>
    <message>
      <source>The picture cannot be read.</source>
      <translation>Das Bild kann nicht gelesen werden.</translation>
    </message>
    <message>
      <source>The picture is too large: {0} pixels</source>
      <translation>Das Bild ist zu groß: {0} Pixel</translation>
    </message>
    <message>
      <source>{}. A new one continues where it stopped.</source>
      <translation>{}. Ein neuer Arbeitsprozess macht dort weiter.</translation>
    </message>
    <message>
      <source>The run was stopped because node packs have changed.</source>
      <translation>Der Lauf wurde angehalten, weil sich Knotenpakete geändert haben.</translation>
    </message>
    <message>
      <source>The run cannot start: {}</source>
      <translation>Der Lauf kann nicht starten: {}</translation>
    </message>
    <message>
      <source>No seed is unlocked any more: the runs have ended.</source>
      <translation>Kein Seed ist mehr entsperrt: Die Läufe sind beendet.</translation>
    </message>
    <message>
      <source>New seed</source>
      <translation>Neuer Seed</translation>
    </message>
    <message>
      <source>Send to: {0}</source>
      <translation>Senden an: {0}</translation>
    </message>
    <message>
      <source>All seeds are locked, so all runs would be the same: one run. Unlock a seed.</source>
      <translation>Alle Seeds sind gesperrt, alle Läufe wären also gleich: ein Lauf. Bitte einen Seed entsperren.</translation>
    </message>
    <message>
      <source>Live keeps all seeds, so all runs would be the same: one run.</source>
      <translation>Live behält alle Seeds bei, alle Läufe wären also gleich: ein Lauf.</translation>
    </message>
    <message>
      <source>Run this workflow once; then it can be live.</source>
      <translation>Führen Sie diesen Workflow einmal aus; dann kann er live laufen.</translation>
    </message>
    <message>
      <source>passes its input on</source>
      <translation>reicht seinen Eingang weiter</translation>
    </message>
    <message>
      <source>resumed at {0} of {1}</source>
      <translation>bei {0} von {1} weitergemacht</translation>
    </message>
    <message>
      <source>Cached</source>
      <translation>Zwischengespeichert</translation>
    </message>
    <message>
      <source>Will run</source>
      <translation>Ausstehend</translation>
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
      <translation>Fehlgeschlagen</translation>
    </message>
    <message>
      <source>Skipped</source>
      <translation>Übersprungen</translation>
    </message>
    <message>
      <source>Cannot run</source>
      <translation>Nicht ausführbar</translation>
    </message>
    <message>
      <source>The picture of a cell cannot be shown: {0}</source>
      <translation>Das Bild einer Zelle kann nicht angezeigt werden: {0}</translation>
    </message>
    <message>
      <source>stopped</source>
      <translation>angehalten</translation>
    </message>
    <message>
      <source>The sheet is not saved: {}</source>
      <translation>Der Kontaktbogen ist nicht gespeichert: {}</translation>
    </message>
    <message>
      <source>Saved {}</source>
      <translation>{} gespeichert</translation>
    </message>
    <message>
      <source>Run this workflow once; then it can be swept.</source>
      <translation>Führen Sie diesen Workflow einmal aus; dann ist eine Reihe möglich.</translation>
    </message>
    <message>
      <source>It could not be run</source>
      <translation>Ausführung nicht möglich</translation>
    </message>
    <message>
      <source>{0} cannot be shown: {1}</source>
      <translation>{0} kann nicht angezeigt werden: {1}</translation>
    </message>
    <message>
      <source>This sampler does not vary its pictures in this way.</source>
      <translation>Dieser Sampler wandelt seine Bilder nicht auf diese Weise ab.</translation>
    </message>
    <message>
      <source>A run of one step has no middle.</source>
      <translation>Ein Lauf mit nur einem Schritt hat keine Mitte.</translation>
    </message>
    <message>
      <source>Vary a picture</source>
      <translation>Bild abwandeln</translation>
    </message>
    <message numerus="yes">
      <source>%n edits could not be recovered</source>
      <translation>
        <numerusform>%n Änderung konnte nicht wiederhergestellt werden</numerusform>
        <numerusform>%n Änderungen konnten nicht wiederhergestellt werden</numerusform>
      </translation>
    </message>
    <message>
      <source>The journal of {0} was damaged: {1}. Please check the document.</source>
      <translation>Das Journal von {0} war beschädigt: {1}. Bitte prüfen Sie das Dokument.</translation>
    </message>
    <message>
      <source>This workflow comes from elsewhere. Nothing that it names is read until you run or save it.</source>
      <translation>Dieser Workflow kommt von anderswo. Bis Sie ihn ausführen oder speichern, wird nichts gelesen, was er nennt.</translation>
    </message>
    <message>
      <source>Cannot save {}</source>
      <translation>{} kann nicht gespeichert werden</translation>
    </message>
    <message>
      <source>There is no closed document to open again.</source>
      <translation>Es gibt kein geschlossenes Dokument, das wieder geöffnet werden kann.</translation>
    </message>
    <message>
      <source>The journal cannot be written: save your work often</source>
      <translation>Das Journal kann nicht geschrieben werden. Bitte oft speichern.</translation>
    </message>
    <message>
      <source>{0} was changed while it was saved; that version is kept as {0}~</source>
      <translation>{0} wurde beim Speichern von anderer Seite geändert; diese Fassung bleibt als {0}~ erhalten</translation>
    </message>
    <message numerus="yes">
      <source>%n pictures on painted layers are missing, and not saved with the workflow.</source>
      <translation>
        <numerusform>%n Bild auf gemalten Ebenen fehlt und wird nicht mit dem Workflow gespeichert.</numerusform>
        <numerusform>%n Bilder auf gemalten Ebenen fehlen und werden nicht mit dem Workflow gespeichert.</numerusform>
      </translation>
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
      <source>Adapt paths</source>
      <translation>Pfade anpassen</translation>
    </message>
    <message>
      <source>{0} cells are too many: at most {1}</source>
      <translation>{0} Zellen sind zu viele, höchstens {1} sind möglich</translation>
    </message>
    <message>
      <source>{0}: there are no values</source>
      <translation>{0}: Es gibt keine Werte</translation>
    </message>
    <message>
      <source>{0} is linked, so its value cannot be swept</source>
      <translation>{0} ist verbunden, sein Wert lässt sich daher nicht variieren</translation>
    </message>
    <message>
      <source>{0}.{1}: {0} has no parameter {1!r}; it has {2}</source>
      <translation>{0}.{1}: {0} hat keinen Parameter „{1}“; er hat {2}</translation>
    </message>
    <message numerus="yes">
      <source>%n strokes</source>
      <translation>
        <numerusform>%n Strich</numerusform>
        <numerusform>%n Striche</numerusform>
      </translation>
    </message>
    <message>
      <source>a sweep takes one or two parameters, not {0}</source>
      <translation>eine Variation hat einen oder zwei Parameter, nicht {0}</translation>
    </message>
    <message>
      <source>{0} changes nothing: {1} is muted</source>
      <translation>{0} bewirkt nichts: {1} ist stummgeschaltet</translation>
    </message>
    <message>
      <source>{0} changes nothing: {1} is bypassed</source>
      <translation>{0} bewirkt nichts: {1} wird umgangen</translation>
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
      <translation>{0}..{1} hat {2} Werte, höchstens {3} sind möglich</translation>
    </message>
    <message>
      <source>{0} values are too many: at most {1}</source>
      <translation>{0} Werte sind zu viele: höchstens {1}</translation>
    </message>
    <message>
      <source>{0} changes nothing: no target needs {1}</source>
      <translation>{0} bewirkt nichts: Kein Ziel braucht {1}</translation>
    </message>
    <message>
      <source>{0} is not a value (numbers, true, false, null)</source>
      <translation>{0} ist kein Wert (Zahlen, true, false, null)</translation>
    </message>
    <message>
      <source>{0} is given twice</source>
      <translation>{0} ist doppelt angegeben</translation>
    </message>
    <message>
      <source>{0} is not a JSON list: {1}</source>
      <translation>{0} ist keine JSON-Liste: {1}</translation>
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
      <source>Auto layout</source>
      <translation>Automatisch anordnen</translation>
    </message>
    <message>
      <source>Duplicate</source>
      <translation>Duplizieren</translation>
    </message>
    <message>
      <source>Paste</source>
      <translation>Einfügen</translation>
    </message>
    <message>
      <source>The clipboard holds no nodes, picture or file</source>
      <translation>Die Zwischenablage enthält weder Knoten noch ein Bild oder eine Datei</translation>
    </message>
    <message>
      <source>Add frame</source>
      <translation>Rahmen hinzufügen</translation>
    </message>
    <message>
      <source>Add note</source>
      <translation>Notiz hinzufügen</translation>
    </message>
    <message>
      <source>Colour frame</source>
      <translation>Rahmen einfärben</translation>
    </message>
    <message>
      <source>Show on the group</source>
      <translation>An der Gruppe anzeigen</translation>
    </message>
    <message>
      <source>Hide from the group</source>
      <translation>An der Gruppe ausblenden</translation>
    </message>
    <message>
      <source>Colour group</source>
      <translation>Gruppe einfärben</translation>
    </message>
    <message>
      <source>Copied</source>
      <translation>Kopiert</translation>
    </message>
    <message>
      <source>Delete</source>
      <translation>Löschen</translation>
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
      <source>Select all</source>
      <translation>Alles auswählen</translation>
    </message>
    <message>
      <source>Select nothing</source>
      <translation>Auswahl aufheben</translation>
    </message>
    <message>
      <source>Select linked</source>
      <translation>Verbundene auswählen</translation>
    </message>
    <message>
      <source>Look into group</source>
      <translation>Gruppe öffnen</translation>
    </message>
    <message>
      <source>Leave group</source>
      <translation>Gruppe verlassen</translation>
    </message>
    <message>
      <source>Align left</source>
      <translation>Links ausrichten</translation>
    </message>
    <message>
      <source>Align centres</source>
      <translation>Waagrecht zentrieren</translation>
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
      <translation>Senkrecht zentrieren</translation>
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
      <translation>Auswahl anzeigen</translation>
    </message>
    <message>
      <source>Show all</source>
      <translation>Alles anzeigen</translation>
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
      <translation>Zoom 1:1</translation>
    </message>
    <message>
      <source>Minimap</source>
      <translation>Übersichtskarte</translation>
    </message>
    <message>
      <source>Wheel</source>
      <translation>Mausrad</translation>
    </message>
    <message>
      <source>Zoom at the pointer</source>
      <translation>Zoomen am Mauszeiger</translation>
    </message>
    <message>
      <source>Middle button, or Space and drag</source>
      <translation>Mittlere Taste; Leertaste und ziehen</translation>
    </message>
    <message>
      <source>Move the view</source>
      <translation>Ansicht verschieben</translation>
    </message>
    <message>
      <source>Double click on the canvas</source>
      <translation>Doppelklick auf die Fläche</translation>
    </message>
    <message>
      <source>Add a node</source>
      <translation>Knoten hinzufügen</translation>
    </message>
    <message>
      <source>Drag from a socket</source>
      <translation>Von einem Ein- oder Ausgang ziehen</translation>
    </message>
    <message>
      <source>Link; on the canvas: add a node that fits</source>
      <translation>Verbinden; auf der Fläche: Knoten hinzufügen</translation>
    </message>
    <message>
      <source>Drag a linked input</source>
      <translation>An einem verbundenen Eingang ziehen</translation>
    </message>
    <message>
      <source>Move or remove its link</source>
      <translation>Verbindung umhängen oder entfernen</translation>
    </message>
    <message>
      <source>Drag a node onto a link</source>
      <translation>Knoten auf eine Verbindung ziehen</translation>
    </message>
    <message>
      <source>Insert it there</source>
      <translation>Knoten dort einsetzen</translation>
    </message>
    <message>
      <source>Double click a link</source>
      <translation>Doppelklick auf eine Verbindung</translation>
    </message>
    <message>
      <source>Add a waypoint; Delete removes it</source>
      <translation>Wegpunkt hinzufügen; Entf entfernt ihn</translation>
    </message>
    <message>
      <source>Double click a group</source>
      <translation>Doppelklick auf eine Gruppe</translation>
    </message>
    <message>
      <source>Look into it; Esc leaves it</source>
      <translation>Gruppe öffnen; Esc verlässt sie</translation>
    </message>
    <message>
      <source>Alt while dragging</source>
      <translation>Alt beim Ziehen</translation>
    </message>
    <message>
      <source>Do not snap or insert</source>
      <translation>Nicht einrasten und nicht einsetzen</translation>
    </message>
    <message>
      <source>Drag on the canvas</source>
      <translation>Auf der Fläche ziehen</translation>
    </message>
    <message>
      <source>Select by box; Shift adds</source>
      <translation>Im Rechteck auswählen; Umschalt: dazunehmen</translation>
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
      <translation>Strg und rechts ziehen; Strg+Umschalt und ziehen</translation>
    </message>
    <message>
      <source>Cut links</source>
      <translation>Verbindungen trennen</translation>
    </message>
    <message>
      <source>Drag a number</source>
      <translation>An einer Zahl ziehen</translation>
    </message>
    <message>
      <source>Change it; Shift: in fine steps</source>
      <translation>Zahl ändern; Umschalt: in feinen Schritten</translation>
    </message>
    <message>
      <source>Click a field</source>
      <translation>Klick auf ein Feld</translation>
    </message>
    <message>
      <source>Type or choose a value</source>
      <translation>Wert eingeben oder wählen</translation>
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
      <translation>Knoten verschieben; Umschalt: weiter</translation>
    </message>
    <message>
      <source>Alt and arrow keys</source>
      <translation>Alt und Pfeiltasten</translation>
    </message>
    <message>
      <source>Select the next node in that direction</source>
      <translation>Nächsten Knoten auswählen</translation>
    </message>
    <message>
      <source>{0} min left</source>
      <translation>noch {0} min</translation>
    </message>
    <message>
      <source>{0} s left</source>
      <translation>noch {0} s</translation>
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
      <source>{0} nodes</source>
      <translation>{0} Knoten</translation>
    </message>
    <message>
      <source>{0} more in the inspector</source>
      <translation>{0} weitere im Inspektor</translation>
    </message>
    <message>
      <source>Release to convert it with: {0}</source>
      <translation>Loslassen zum Umwandeln mit: {0}</translation>
    </message>
    <message>
      <source>Two inputs cannot be linked</source>
      <translation>Zwei Eingänge lassen sich nicht verbinden</translation>
    </message>
    <message>
      <source>Two outputs cannot be linked</source>
      <translation>Zwei Ausgänge lassen sich nicht verbinden</translation>
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
      <source>Release to remove</source>
      <translation>Loslassen zum Entfernen</translation>
    </message>
    <message>
      <source>Node canvas</source>
      <translation>Knotenfläche</translation>
    </message>
    <message>
      <source>Path to the group in view</source>
      <translation>Pfad zur gezeigten Gruppe</translation>
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
      <source>Note</source>
      <translation>Notiz</translation>
    </message>
    <message>
      <source>Write a note</source>
      <translation>Notiz schreiben</translation>
    </message>
    <message>
      <source>Title</source>
      <translation>Titel</translation>
    </message>
    <message>
      <source>Run to here</source>
      <translation>Bis hier ausführen</translation>
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
      <source>{0} (output)</source>
      <translation>{0} (Ausgang)</translation>
    </message>
    <message>
      <source>Convert with</source>
      <translation>Umwandeln mit</translation>
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
      <source>Sweep {0}…</source>
      <translation>{0} variieren…</translation>
    </message>
    <message>
      <source>Arrange</source>
      <translation>Anordnen</translation>
    </message>
    <message>
      <source>The whole graph. Drag to move the view.</source>
      <translation>Der ganze Graph. Ziehen verschiebt die Ansicht.</translation>
    </message>
    <message>
      <source>A group. Double-click it to look into it.</source>
      <translation>Eine Gruppe. Doppelklick öffnet sie.</translation>
    </message>
    <message>
      <source>This node type is not installed: {0}</source>
      <translation>Dieser Knotentyp ist nicht installiert: {0}</translation>
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
      <source>Adjust the layer</source>
      <translation>Ebene anpassen</translation>
    </message>
    <message>
      <source>Invert colours</source>
      <translation>Farben umkehren</translation>
    </message>
    <message>
      <source>Invert</source>
      <translation>Umkehren</translation>
    </message>
    <message>
      <source>Fill holes</source>
      <translation>Löcher füllen</translation>
    </message>
    <message>
      <source>By colour…</source>
      <translation>Nach Farbe…</translation>
    </message>
    <message>
      <source>Clear the layer</source>
      <translation>Ebene leeren</translation>
    </message>
    <message>
      <source>Grow</source>
      <translation>Vergrößern</translation>
    </message>
    <message>
      <source>Shrink</source>
      <translation>Verkleinern</translation>
    </message>
    <message>
      <source>Feather</source>
      <translation>Weiche Kante</translation>
    </message>
    <message>
      <source>By brightness</source>
      <translation>Nach Helligkeit</translation>
    </message>
    <message>
      <source>Paints where the picture is this bright. Link a depth map to paint by depth.</source>
      <translation>Malt, wo das Bild so hell ist. Mit einer verbundenen Tiefenkarte wird nach Tiefe gemalt.</translation>
    </message>
    <message>
      <source>Apply</source>
      <translation>Anwenden</translation>
    </message>
    <message>
      <source>Cancel</source>
      <translation>Abbrechen</translation>
    </message>
    <message>
      <source>Radius</source>
      <translation>Radius</translation>
    </message>
    <message>
      <source>From</source>
      <translation>Von</translation>
    </message>
    <message>
      <source>To</source>
      <translation>Bis</translation>
    </message>
    <message>
      <source>Softness</source>
      <translation>Weichheit</translation>
    </message>
    <message>
      <source>Colours</source>
      <translation>Farben</translation>
    </message>
    <message>
      <source>Colours: X exchanges them, D makes them black and white</source>
      <translation>Farben: X vertauscht sie, D macht sie schwarz und weiß</translation>
    </message>
    <message>
      <source>Look of the sheet</source>
      <translation>Ansicht des Blatts</translation>
    </message>
    <message>
      <source>Eraser (E)</source>
      <translation>Radierer (E)</translation>
    </message>
    <message>
      <source>{0}: {1}</source>
      <translation>{0}: {1}</translation>
    </message>
    <message>
      <source>The painting cannot be drawn: {0}.</source>
      <translation>Die Malerei kann nicht gezeichnet werden: {0}.</translation>
    </message>
    <message>
      <source>Drawing the painting…</source>
      <translation>Malerei wird gezeichnet…</translation>
    </message>
    <message>
      <source>The picture below is not computed yet: painting on {0} × {1} pixels.</source>
      <translation>Das Bild darunter ist noch nicht berechnet: gemalt wird auf {0} × {1} Pixeln.</translation>
    </message>
    <message>
      <source>A linked picture is not computed yet, so a layer is missing.</source>
      <translation>Ein verbundenes Bild ist noch nicht berechnet, daher fehlt eine Ebene.</translation>
    </message>
    <message>
      <source>Region {0}</source>
      <translation>Bereich {0}</translation>
    </message>
    <message>
      <source>there is not enough memory</source>
      <translation>der Speicher reicht nicht</translation>
    </message>
    <message>
      <source>Brush</source>
      <translation>Pinsel</translation>
    </message>
    <message>
      <source>Straight line</source>
      <translation>Gerade</translation>
    </message>
    <message>
      <source>Colour code</source>
      <translation>Farbcode</translation>
    </message>
    <message>
      <source>Level of the mask in percent</source>
      <translation>Stufe der Maske in Prozent</translation>
    </message>
    <message>
      <source>Swap colours (X)</source>
      <translation>Farben tauschen (X)</translation>
    </message>
    <message>
      <source>Black and white (D)</source>
      <translation>Schwarz und weiß (D)</translation>
    </message>
    <message>
      <source>Painting colour</source>
      <translation>Malfarbe</translation>
    </message>
    <message>
      <source>Background colour</source>
      <translation>Hintergrundfarbe</translation>
    </message>
    <message>
      <source>Black</source>
      <translation>Schwarz</translation>
    </message>
    <message>
      <source>White</source>
      <translation>Weiß</translation>
    </message>
    <message>
      <source>Fill</source>
      <translation>Füllen</translation>
    </message>
    <message>
      <source>Fill similar colours</source>
      <translation>Ähnliche Farben füllen</translation>
    </message>
    <message>
      <source>Gradient</source>
      <translation>Verlauf</translation>
    </message>
    <message>
      <source>Pick colour</source>
      <translation>Farbe aufnehmen</translation>
    </message>
    <message>
      <source>Drag the frame: {0} × {1} pixels</source>
      <translation>Rahmen ziehen: {0} × {1} Pixel</translation>
    </message>
    <message>
      <source>Extend</source>
      <translation>Erweitern</translation>
    </message>
    <message>
      <source>Normal</source>
      <translation>Normal</translation>
    </message>
    <message>
      <source>Multiply</source>
      <translation>Multiplizieren</translation>
    </message>
    <message>
      <source>Screen</source>
      <translation>Negativ multiplizieren</translation>
    </message>
    <message>
      <source>Overlay</source>
      <translation>Überlagern</translation>
    </message>
    <message>
      <source>Soft light</source>
      <translation>Weiches Licht</translation>
    </message>
    <message>
      <source>Add</source>
      <translation>Addieren</translation>
    </message>
    <message>
      <source>Difference</source>
      <translation>Differenz</translation>
    </message>
    <message>
      <source>Luminosity</source>
      <translation>Luminanz</translation>
    </message>
    <message>
      <source>Base</source>
      <translation>Grundebene</translation>
    </message>
    <message>
      <source>Paint, or add a region.</source>
      <translation>Malen Sie, oder fügen Sie einen Bereich hinzu.</translation>
    </message>
    <message>
      <source>Opacity</source>
      <translation>Deckkraft</translation>
    </message>
    <message>
      <source>Blend mode</source>
      <translation>Mischmodus</translation>
    </message>
    <message>
      <source>Move up</source>
      <translation>Nach oben</translation>
    </message>
    <message>
      <source>Move down</source>
      <translation>Nach unten</translation>
    </message>
    <message>
      <source>Add a picture as a layer</source>
      <translation>Ein Bild als Ebene hinzufügen</translation>
    </message>
    <message>
      <source>From a file...</source>
      <translation>Aus einer Datei...</translation>
    </message>
    <message>
      <source>From the clipboard</source>
      <translation>Aus der Zwischenablage</translation>
    </message>
    <message>
      <source>Delete the region</source>
      <translation>Bereich löschen</translation>
    </message>
    <message>
      <source>Delete the layer</source>
      <translation>Ebene löschen</translation>
    </message>
    <message>
      <source>Show {0}</source>
      <translation>{0} einblenden</translation>
    </message>
    <message>
      <source>Hide {0}</source>
      <translation>{0} ausblenden</translation>
    </message>
    <message>
      <source>Name</source>
      <translation>Name</translation>
    </message>
    <message>
      <source>Layers</source>
      <translation>Ebenen</translation>
    </message>
    <message>
      <source>A region needs a name.</source>
      <translation>Ein Bereich braucht einen Namen.</translation>
    </message>
    <message>
      <source>There is already a region called {0!r}.</source>
      <translation>Es gibt schon einen Bereich namens {0!r}.</translation>
    </message>
    <message>
      <source>Regions</source>
      <translation>Bereiche</translation>
    </message>
    <message>
      <source>Add a region</source>
      <translation>Bereich hinzufügen</translation>
    </message>
    <message>
      <source>Add a layer</source>
      <translation>Ebene hinzufügen</translation>
    </message>
    <message>
      <source>This is not possible: {0}.</source>
      <translation>Das ist nicht möglich: {0}.</translation>
    </message>
    <message>
      <source>Layer {0}</source>
      <translation>Ebene {0}</translation>
    </message>
    <message>
      <source>Colour of {0}</source>
      <translation>Farbe von {0}</translation>
    </message>
    <message>
      <source>Pictures ({0})</source>
      <translation>Bilder ({0})</translation>
    </message>
    <message>
      <source>Add a picture</source>
      <translation>Bild hinzufügen</translation>
    </message>
    <message>
      <source>There is no picture on the clipboard.</source>
      <translation>In der Zwischenablage ist kein Bild.</translation>
    </message>
    <message>
      <source>Pasted</source>
      <translation>Eingefügt</translation>
    </message>
    <message>
      <source>Result</source>
      <translation>Ergebnis</translation>
    </message>
    <message>
      <source>Waiting for the first picture.</source>
      <translation>Wartet auf das erste Bild.</translation>
    </message>
    <message>
      <source>Result, quick</source>
      <translation>Ergebnis, schnell</translation>
    </message>
    <message>
      <source>Live: the result follows each stroke</source>
      <translation>Live: das Ergebnis folgt jedem Strich</translation>
    </message>
    <message>
      <source>Live</source>
      <translation>Live</translation>
    </message>
    <message>
      <source>The result follows each stroke.</source>
      <translation>Das Ergebnis folgt jedem Strich.</translation>
    </message>
    <message>
      <source>Move and transform the layer</source>
      <translation>Ebene verschieben und verformen</translation>
    </message>
    <message>
      <source>Select a rectangle</source>
      <translation>Rechteck auswählen</translation>
    </message>
    <message>
      <source>Select by hand</source>
      <translation>Freihand auswählen</translation>
    </message>
    <message>
      <source>Flip horizontally</source>
      <translation>Horizontal spiegeln</translation>
    </message>
    <message>
      <source>Flip vertically</source>
      <translation>Vertikal spiegeln</translation>
    </message>
    <message>
      <source>Turn right</source>
      <translation>Nach rechts drehen</translation>
    </message>
    <message>
      <source>Erase (Del)</source>
      <translation>Löschen (Entf)</translation>
    </message>
    <message>
      <source>Fill (Shift+Backspace)</source>
      <translation>Füllen (Umschalt+Rücktaste)</translation>
    </message>
    <message>
      <source>Apply (Return)</source>
      <translation>Anwenden (Eingabe)</translation>
    </message>
    <message>
      <source>Reset (Escape)</source>
      <translation>Zurücksetzen (Esc)</translation>
    </message>
    <message>
      <source>Rectangle</source>
      <translation>Rechteck</translation>
    </message>
    <message>
      <source>Ellipse</source>
      <translation>Ellipse</translation>
    </message>
    <message>
      <source>Freehand shape</source>
      <translation>Freihandform</translation>
    </message>
    <message>
      <source>Polygon</source>
      <translation>Polygon</translation>
    </message>
    <message>
      <source>Eraser</source>
      <translation>Radierer</translation>
    </message>
    <message>
      <source>Size</source>
      <translation>Größe</translation>
    </message>
    <message>
      <source>Hardness</source>
      <translation>Härte</translation>
    </message>
    <message>
      <source>Flow</source>
      <translation>Fluss</translation>
    </message>
    <message>
      <source>Pen</source>
      <translation>Stift</translation>
    </message>
    <message>
      <source>Stabiliser</source>
      <translation>Stabilisator</translation>
    </message>
    <message>
      <source>Tolerance</source>
      <translation>Toleranz</translation>
    </message>
    <message>
      <source>Form</source>
      <translation>Form</translation>
    </message>
    <message>
      <source>Mask</source>
      <translation>Maske</translation>
    </message>
    <message>
      <source>Strength</source>
      <translation>Stärke</translation>
    </message>
    <message>
      <source>Traced picture</source>
      <translation>Durchgepaustes Bild</translation>
    </message>
    <message>
      <source>Strokes</source>
      <translation>Striche</translation>
    </message>
    <message>
      <source>Saturation {0} %, brightness {1} %</source>
      <translation>Sättigung {0} %, Helligkeit {1} %</translation>
    </message>
    <message>
      <source>Hue</source>
      <translation>Farbton</translation>
    </message>
    <message>
      <source>Saturation and brightness</source>
      <translation>Sättigung und Helligkeit</translation>
    </message>
    <message>
      <source>{0!r} is not a colour; write it as #ff8800</source>
      <translation>„{0}“ ist keine Farbe; Schreibweise: #ff8800</translation>
    </message>
    <message>
      <source>Choose the colour</source>
      <translation>Farbe wählen</translation>
    </message>
    <message>
      <source>Points of the curve</source>
      <translation>Punkte der Kurve</translation>
    </message>
    <message>
      <source>Double-click to add a point; right-click or press Delete to remove one.
Alt: ignore the step grid. Shift: move vertically only.</source>
      <translation>Doppelklick fügt einen Punkt hinzu, Rechtsklick oder Entf entfernt einen.
Alt: Raster der Schritte ignorieren. Umschalt: nur senkrecht verschieben.</translation>
    </message>
    <message>
      <source>No curve. Double-click to add a point.</source>
      <translation>Doppelklick fügt einen Punkt hinzu.</translation>
    </message>
    <message>
      <source>at {0} of {1}: {2}</source>
      <translation>bei {0} von {1}: {2}</translation>
    </message>
    <message>
      <source>this is too long for a number</source>
      <translation>das ist zu lang für eine Zahl</translation>
    </message>
    <message>
      <source>{0!r} is too large</source>
      <translation>„{0}“ ist zu groß</translation>
    </message>
    <message>
      <source>{0!r} is not finite</source>
      <translation>„{0}“ ist nicht endlich</translation>
    </message>
    <message>
      <source>the root of a negative number is not a real number</source>
      <translation>die Wurzel einer negativen Zahl ist keine reelle Zahl</translation>
    </message>
    <message>
      <source>{0!r} is not a number</source>
      <translation>„{0}“ ist keine Zahl</translation>
    </message>
    <message>
      <source>{0!r} divides by zero</source>
      <translation>„{0}“ teilt durch null</translation>
    </message>
    <message>
      <source>Search models</source>
      <translation>Modelle suchen</translation>
    </message>
    <message>
      <source>Models</source>
      <translation>Modelle</translation>
    </message>
    <message>
      <source>The panel “Models” has no folder with such models yet.</source>
      <translation>Das Feld „Modelle“ hat noch keinen Ordner mit solchen Modellen.</translation>
    </message>
    <message>
      <source>Clear</source>
      <translation>Leeren</translation>
    </message>
    <message>
      <source>There is no such file. Folders are separated by “/” here: {0}</source>
      <translation>Diese Datei gibt es nicht. Ordner werden hier durch „/“ getrennt: {0}</translation>
    </message>
    <message>
      <source>Choose from this folder</source>
      <translation>Aus diesem Ordner wählen</translation>
    </message>
    <message>
      <source>Weights (*.safetensors *.sft *.gguf)</source>
      <translation>Gewichte (*.safetensors *.sft *.gguf)</translation>
    </message>
    <message>
      <source>From the library…</source>
      <translation>Aus der Bibliothek…</translation>
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
      <translation>Bild wählen</translation>
    </message>
    <message>
      <source>Choose a model</source>
      <translation>Modell wählen</translation>
    </message>
    <message>
      <source>Choose a folder</source>
      <translation>Ordner wählen</translation>
    </message>
    <message>
      <source>Pictures in this folder</source>
      <translation>Bilder in diesem Ordner</translation>
    </message>
    <message>
      <source>Ctrl+↑ and Ctrl+↓ change the weight of words</source>
      <translation>Strg+↑ und Strg+↓ ändern das Gewicht von Wörtern</translation>
    </message>
    <message>
      <source>Back to the seed of the last picture</source>
      <translation>Zurück zum Seed des letzten Bildes</translation>
    </message>
    <message>
      <source>Locked: every run uses this seed</source>
      <translation>Gesperrt: Jeder Lauf nutzt diesen Seed</translation>
    </message>
    <message>
      <source>Unlocked: every run has a new seed</source>
      <translation>Entsperrt: Jeder Lauf hat einen neuen Seed</translation>
    </message>
    <message>
      <source>auto</source>
      <translation>automatisch</translation>
    </message>
    <message>
      <source>{0!r} is neither on nor off</source>
      <translation>„{0}“ ist weder an noch aus</translation>
    </message>
    <message>
      <source>not set</source>
      <translation>nicht gesetzt</translation>
    </message>
    <message>
      <source>damaged</source>
      <translation>beschädigt</translation>
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
      <source>empty</source>
      <translation>leer</translation>
    </message>
    <message>
      <source>A painting cannot be typed.</source>
      <translation>Eine Malerei lässt sich nicht eintippen.</translation>
    </message>
    <message>
      <source>{0!r} is not a point; write 0: 7.5, 1: 3</source>
      <translation>„{0}“ ist kein Punkt; Schreibweise: 0: 7.5, 1: 3</translation>
    </message>
    <message>
      <source>Size of the thumbnails</source>
      <translation>Größe der Vorschaubilder</translation>
    </message>
    <message>
      <source>Size of the thumbnails (Ctrl+wheel)</source>
      <translation>Größe der Vorschaubilder (Strg+Mausrad)</translation>
    </message>
    <message>
      <source>Least stars</source>
      <translation>Mindestzahl der Sterne</translation>
    </message>
    <message>
      <source>Show only pictures with at least so many stars</source>
      <translation>Nur Bilder mit mindestens so vielen Sternen anzeigen</translation>
    </message>
    <message>
      <source>Hide rejected pictures</source>
      <translation>Abgelehnte Bilder ausblenden</translation>
    </message>
    <message>
      <source>Order</source>
      <translation>Reihenfolge</translation>
    </message>
    <message>
      <source>Smallest or oldest first</source>
      <translation>Kleinste oder älteste zuerst</translation>
    </message>
    <message>
      <source>Largest or newest first</source>
      <translation>Größte oder neueste zuerst</translation>
    </message>
    <message>
      <source>{0} cannot be read now. Its pictures appear again when it can.</source>
      <translation>{0} ist zurzeit nicht lesbar. Die Bilder darin erscheinen wieder, sobald es lesbar ist.</translation>
    </message>
    <message>
      <source>New collection</source>
      <translation>Neue Sammlung</translation>
    </message>
    <message>
      <source>New collection…</source>
      <translation>Neue Sammlung…</translation>
    </message>
    <message>
      <source>Rename…</source>
      <translation>Umbenennen…</translation>
    </message>
    <message>
      <source>Dissolve</source>
      <translation>Auflösen</translation>
    </message>
    <message>
      <source>Select the pictures for the new collection first.</source>
      <translation>Bitte zuerst die Bilder für die neue Sammlung auswählen.</translation>
    </message>
    <message>
      <source>Rename collection</source>
      <translation>Sammlung umbenennen</translation>
    </message>
    <message numerus="yes">
      <source>%n pictures added to {0}.</source>
      <translation>
        <numerusform>%n Bild zu {0} hinzugefügt.</numerusform>
        <numerusform>%n Bilder zu {0} hinzugefügt.</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n pictures removed from {0}.</source>
      <translation>
        <numerusform>%n Bild aus {0} entfernt.</numerusform>
        <numerusform>%n Bilder aus {0} entfernt.</numerusform>
      </translation>
    </message>
    <message>
      <source>Rating</source>
      <translation>Bewertung</translation>
    </message>
    <message>
      <source>Colour label</source>
      <translation>Farbmarkierung</translation>
    </message>
    <message>
      <source>Reject</source>
      <translation>Ablehnen</translation>
    </message>
    <message>
      <source>Tags</source>
      <translation>Schlagwörter</translation>
    </message>
    <message>
      <source>Collection</source>
      <translation>Sammlung</translation>
    </message>
    <message>
      <source>{0} was renamed to {1}.</source>
      <translation>{0} wurde in {1} umbenannt.</translation>
    </message>
    <message>
      <source>{0} was dissolved.</source>
      <translation>{0} wurde aufgelöst.</translation>
    </message>
    <message numerus="yes">
      <source>%n pictures moved to the bin.</source>
      <translation>
        <numerusform>%n Bild in den Papierkorb verschoben.</numerusform>
        <numerusform>%n Bilder in den Papierkorb verschoben.</numerusform>
      </translation>
    </message>
    <message>
      <source>{0}: undone</source>
      <translation>{0}: rückgängig gemacht</translation>
    </message>
    <message>
      <source>There is nothing to undo in the gallery.</source>
      <translation>In der Galerie gibt es nichts rückgängig zu machen.</translation>
    </message>
    <message>
      <source>Contains no workflow.</source>
      <translation>Enthält keinen Workflow.</translation>
    </message>
    <message>
      <source>Made from no other picture.</source>
      <translation>Aus keinem anderen Bild entstanden.</translation>
    </message>
    <message>
      <source>Changed since {0}:</source>
      <translation>Geändert seit {0}:</translation>
    </message>
    <message>
      <source>Same settings as {0}.</source>
      <translation>Gleiche Einstellungen wie {0}.</translation>
    </message>
    <message>
      <source>Details of the picture</source>
      <translation>Details des Bildes</translation>
    </message>
    <message>
      <source>Stars</source>
      <translation>Sterne</translation>
    </message>
    <message>
      <source>Stars (keys 0 to 5)</source>
      <translation>Sterne (Tasten 0 bis 5)</translation>
    </message>
    <message>
      <source>Tags, separated by commas</source>
      <translation>Schlagwörter, durch Kommas getrennt</translation>
    </message>
    <message>
      <source>Show what it was made from, and what was made from it (L)</source>
      <translation>Zeigen, woraus es entstanden ist und was daraus entstand (L)</translation>
    </message>
    <message>
      <source>Tags to add</source>
      <translation>Neue Schlagwörter</translation>
    </message>
    <message>
      <source>Made from…</source>
      <translation>Entstehung…</translation>
    </message>
    <message numerus="yes">
      <source>%n pictures</source>
      <translation>
        <numerusform>%n Bild</numerusform>
        <numerusform>%n Bilder</numerusform>
      </translation>
    </message>
    <message>
      <source>seed {0}</source>
      <translation>Seed {0}</translation>
    </message>
    <message>
      <source>Time</source>
      <translation>Zeit</translation>
    </message>
    <message>
      <source>Seed</source>
      <translation>Seed</translation>
    </message>
    <message>
      <source>Words are searched in names, prompts, models and tags. All of them must be found.</source>
      <translation>Wörter werden in Namen, Prompts, Modellen und Schlagwörtern gesucht. Alle müssen vorkommen.</translation>
    </message>
    <message>
      <source>"a phrase"   -without</source>
      <translation>"ein Ausdruck"   -ohne</translation>
    </message>
    <message>
      <source>Saved pictures</source>
      <translation>Gespeicherte Bilder</translation>
    </message>
    <message>
      <source>No matching pictures.</source>
      <translation>Keine passenden Bilder.</translation>
    </message>
    <message>
      <source>Reading {0} of {1}</source>
      <translation>Liest {0} von {1}</translation>
    </message>
    <message>
      <source>{0} of {1} selected</source>
      <translation>{0} von {1} ausgewählt</translation>
    </message>
    <message>
      <source>Reading the pictures…</source>
      <translation>Liest die Bilder…</translation>
    </message>
    <message>
      <source>Pictures written by Save image appear here.</source>
      <translation>Hier erscheinen Bilder, die der Knoten „Bild speichern“ schreibt.</translation>
    </message>
    <message>
      <source>{0} of {1}</source>
      <translation>{0} von {1}</translation>
    </message>
    <message>
      <source>and {0} more</source>
      <translation>und {0} weitere</translation>
    </message>
    <message>
      <source>Made from</source>
      <translation>Entstehung</translation>
    </message>
    <message>
      <source>Click to show them</source>
      <translation>Klicken, um sie zu zeigen</translation>
    </message>
    <message>
      <source>used as an image</source>
      <translation>als Bild verwendet</translation>
    </message>
    <message>
      <source>branch</source>
      <translation>Abzweigung</translation>
    </message>
    <message>
      <source>same settings</source>
      <translation>gleiche Einstellungen</translation>
    </message>
    <message>
      <source>same batch</source>
      <translation>derselbe Stapel</translation>
    </message>
    <message>
      <source>Back to the pictures (Esc)</source>
      <translation>Zurück zu den Bildern (Esc)</translation>
    </message>
    <message>
      <source>Show all pictures</source>
      <translation>Alle Bilder zeigen</translation>
    </message>
    <message>
      <source>Made from: {0}</source>
      <translation>Entstehung: {0}</translation>
    </message>
    <message>
      <source>Reading…</source>
      <translation>Wird gelesen…</translation>
    </message>
    <message numerus="yes">
      <source>%n pictures between</source>
      <translation>
        <numerusform>%n Bild dazwischen</numerusform>
        <numerusform>%n Bilder dazwischen</numerusform>
      </translation>
    </message>
    <message>
      <source>Made from nothing else, and nothing was made from it yet.</source>
      <translation>Aus nichts anderem entstanden, und bisher ist nichts daraus entstanden.</translation>
    </message>
    <message>
      <source>The picture is no longer there.</source>
      <translation>Das Bild gibt es nicht mehr.</translation>
    </message>
    <message>
      <source>Show in the viewer</source>
      <translation>Im Betrachter anzeigen</translation>
    </message>
    <message>
      <source>Compare in the viewer</source>
      <translation>Im Betrachter vergleichen</translation>
    </message>
    <message>
      <source>Copy path</source>
      <translation>Pfad kopieren</translation>
    </message>
    <message>
      <source>Move to the bin</source>
      <translation>In den Papierkorb verschieben</translation>
    </message>
    <message>
      <source>Rejected</source>
      <translation>Abgelehnt</translation>
    </message>
    <message>
      <source>Tags…</source>
      <translation>Schlagwörter…</translation>
    </message>
    <message>
      <source>Add to collection</source>
      <translation>Zur Sammlung hinzufügen</translation>
    </message>
    <message>
      <source>Remove from collection</source>
      <translation>Aus der Sammlung entfernen</translation>
    </message>
    <message>
      <source>Open its graph</source>
      <translation>Graph öffnen</translation>
    </message>
    <message>
      <source>Copy picture</source>
      <translation>Bild kopieren</translation>
    </message>
    <message>
      <source>Open its folder</source>
      <translation>Ordner öffnen</translation>
    </message>
    <message>
      <source>New name</source>
      <translation>Neuer Name</translation>
    </message>
    <message>
      <source>missing</source>
      <translation>fehlt</translation>
    </message>
    <message>
      <source>not readable</source>
      <translation>nicht lesbar</translation>
    </message>
    <message>
      <source>Search prompts</source>
      <translation>Prompts durchsuchen</translation>
    </message>
    <message>
      <source>Words for the search</source>
      <translation>Wörter für die Suche</translation>
    </message>
    <message>
      <source>{0} is not a readable picture</source>
      <translation>{0} ist kein lesbares Bild</translation>
    </message>
    <message>
      <source>All pictures</source>
      <translation>Alle Bilder</translation>
    </message>
    <message>
      <source>Picked</source>
      <translation>Ausgesucht</translation>
    </message>
    <message>
      <source>Collections</source>
      <translation>Sammlungen</translation>
    </message>
    <message>
      <source>Red</source>
      <translation>Rot</translation>
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
      <source>Text</source>
      <translation>Text</translation>
    </message>
    <message>
      <source>Inspector</source>
      <translation>Inspektor</translation>
    </message>
    <message>
      <source>Select a node to see its parameters and help.</source>
      <translation>Hier erscheinen Parameter und Hilfe des ausgewählten Knotens.</translation>
    </message>
    <message>
      <source>No installed node package provides the node type “{0}”. The node is kept unchanged in the file, and nodes that do not need it still run.</source>
      <translation>Kein installiertes Knotenpaket enthält den Knotentyp „{0}“. Der Knoten bleibt unverändert in der Datei; Knoten, die ihn nicht brauchen, lassen sich weiterhin ausführen.</translation>
    </message>
    <message>
      <source>Show help</source>
      <translation>Hilfe anzeigen</translation>
    </message>
    <message>
      <source>Title of the node</source>
      <translation>Titel des Knotens</translation>
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
      <source>Reset to the default: {0}</source>
      <translation>Auf den Standard zurücksetzen: {0}</translation>
    </message>
    <message>
      <source>Cut this link</source>
      <translation>Diese Verbindung trennen</translation>
    </message>
    <message>
      <source>Clear the value</source>
      <translation>Wert entfernen</translation>
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
      <source>Go to {0}</source>
      <translation>Zu {0} gehen</translation>
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
      <translation>optional</translation>
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
      <source>These nodes have no parameter in common.</source>
      <translation>Diese Knoten haben keine gemeinsamen Parameter.</translation>
    </message>
    <message>
      <source>{0} nodes are selected</source>
      <translation>{0} Knoten ausgewählt</translation>
    </message>
    <message>
      <source>Different: {0}</source>
      <translation>Unterschiedlich: {0}</translation>
    </message>
    <message>
      <source>Shared parameters</source>
      <translation>Gemeinsame Parameter</translation>
    </message>
    <message>
      <source>Nodes</source>
      <translation>Knoten</translation>
    </message>
    <message>
      <source>Set all to {0}</source>
      <translation>Alle auf {0} setzen</translation>
    </message>
    <message>
      <source>{0} of {1} steps</source>
      <translation>{0} von {1} Schritten</translation>
    </message>
    <message>
      <source>Copy the error with its details</source>
      <translation>Fehler mit Details kopieren</translation>
    </message>
    <message>
      <source>Details</source>
      <translation>Details</translation>
    </message>
    <message>
      <source>{0} left</source>
      <translation>noch {0}</translation>
    </message>
    <message>
      <source>took {0}</source>
      <translation>Dauer {0}</translation>
    </message>
    <message>
      <source>{0} kB</source>
      <translation>{0} kB</translation>
    </message>
    <message>
      <source>being read…</source>
      <translation>wird gelesen…</translation>
    </message>
    <message>
      <source>{0} GB</source>
      <translation>{0} GB</translation>
    </message>
    <message>
      <source>{0} MB</source>
      <translation>{0} MB</translation>
    </message>
    <message>
      <source>{0} cannot be read now. Its models appear again when it can.</source>
      <translation>{0} kann gerade nicht gelesen werden. Seine Modelle erscheinen wieder, sobald es geht.</translation>
    </message>
    <message>
      <source>Your notes</source>
      <translation>Ihre Notizen</translation>
    </message>
    <message>
      <source>Add to the graph</source>
      <translation>Zum Graphen hinzufügen</translation>
    </message>
    <message>
      <source>Use trigger words</source>
      <translation>Auslösewörter verwenden</translation>
    </message>
    <message>
      <source>Trigger words</source>
      <translation>Auslösewörter</translation>
    </message>
    <message>
      <source>Tags of its training pictures</source>
      <translation>Schlagwörter der Trainingsbilder</translation>
    </message>
    <message>
      <source>Licence: {0}</source>
      <translation>Lizenz: {0}</translation>
    </message>
    <message>
      <source>Hash</source>
      <translation>Hash</translation>
    </message>
    <message>
      <source>Point at a folder with models, such as that of ComfyUI, A1111, Forge or InvokeAI. They are used in place: nothing is copied, and nothing is written there.</source>
      <translation>Wählen Sie einen Ordner mit Modellen, etwa den von ComfyUI, A1111, Forge oder InvokeAI. Sie werden dort benutzt, wo sie liegen: nichts wird kopiert, und nichts wird dorthin geschrieben.</translation>
    </message>
    <message>
      <source>Folders of models</source>
      <translation>Ordner mit Modellen</translation>
    </message>
    <message>
      <source>Kind</source>
      <translation>Art</translation>
    </message>
    <message>
      <source>Fits this graph</source>
      <translation>Passt zum Graphen</translation>
    </message>
    <message>
      <source>Only models of the family of the graph's model</source>
      <translation>Nur Modelle der Familie, zu der das Modell des Graphen gehört</translation>
    </message>
    <message>
      <source>Add a folder…</source>
      <translation>Ordner hinzufügen…</translation>
    </message>
    <message>
      <source>All kinds</source>
      <translation>Alle Arten</translation>
    </message>
    <message numerus="yes">
      <source>%n models</source>
      <translation>
        <numerusform>%n Modell</numerusform>
        <numerusform>%n Modelle</numerusform>
      </translation>
    </message>
    <message>
      <source>No model fits this search.</source>
      <translation>Kein Modell passt zu dieser Suche.</translation>
    </message>
    <message>
      <source>There are no models in the chosen folders.</source>
      <translation>In den gewählten Ordnern sind keine Modelle.</translation>
    </message>
    <message>
      <source>Put trigger words into the prompt</source>
      <translation>Auslösewörter in den Prompt setzen</translation>
    </message>
    <message>
      <source>Show in folder</source>
      <translation>Im Ordner zeigen</translation>
    </message>
    <message>
      <source>Search them again</source>
      <translation>Erneut durchsuchen</translation>
    </message>
    <message>
      <source>Folder of models</source>
      <translation>Ordner mit Modellen</translation>
    </message>
    <message>
      <source>Reading {0} of {1} models…</source>
      <translation>{0} von {1} Modellen werden gelesen…</translation>
    </message>
    <message>
      <source>No rating</source>
      <translation>Keine Bewertung</translation>
    </message>
    <message>
      <source>Remove {0} from the list</source>
      <translation>{0} aus der Liste entfernen</translation>
    </message>
    <message>
      <source>Search nodes</source>
      <translation>Knoten suchen</translation>
    </message>
    <message>
      <source>No matching nodes.</source>
      <translation>Keine passenden Knoten.</translation>
    </message>
    <message>
      <source>Add a node for {0}</source>
      <translation>Knoten für {0} hinzufügen</translation>
    </message>
    <message>
      <source>Insert between {0} and {1}</source>
      <translation>Zwischen {0} und {1} einsetzen</translation>
    </message>
    <message>
      <source>{0:.1f} s</source>
      <translation>{0:.1f} s</translation>
    </message>
    <message>
      <source>Queue</source>
      <translation>Aufträge</translation>
    </message>
    <message>
      <source>Run earlier (Alt+Up)</source>
      <translation>Früher ausführen (Alt+Aufwärts)</translation>
    </message>
    <message>
      <source>Run later (Alt+Down)</source>
      <translation>Später ausführen (Alt+Abwärts)</translation>
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
    <message>
      <source>until stopped</source>
      <translation>bis zum Anhalten</translation>
    </message>
    <message numerus="yes">
      <source>%n in the queue</source>
      <translation>
        <numerusform>%n Auftrag</numerusform>
        <numerusform>%n Aufträge</numerusform>
      </translation>
    </message>
    <message>
      <source>No runs</source>
      <translation>Keine Läufe</translation>
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
      <source>failed</source>
      <translation>fehlgeschlagen</translation>
    </message>
    <message>
      <source>Values separated by commas, or a range such as {0}.</source>
      <translation>Werte, durch Kommas getrennt, oder ein Bereich wie {0}.</translation>
    </message>
    <message>
      <source>Between {0} and {1}.</source>
      <translation>Zwischen {0} und {1}.</translation>
    </message>
    <message>
      <source>One value per line.</source>
      <translation>Ein Wert je Zeile.</translation>
    </message>
    <message>
      <source>Values separated by commas.</source>
      <translation>Werte, durch Kommas getrennt.</translation>
    </message>
    <message>
      <source>Values separated by semicolons, or a range such as {0}.</source>
      <translation>Werte mit Strichpunkten dazwischen, oder ein Bereich wie {0}.</translation>
    </message>
    <message>
      <source>Sweep</source>
      <translation>Variationen</translation>
    </message>
    <message>
      <source>First parameter</source>
      <translation>Erster Parameter</translation>
    </message>
    <message>
      <source>No second parameter</source>
      <translation>Kein zweiter Parameter</translation>
    </message>
    <message>
      <source>Second parameter</source>
      <translation>Zweiter Parameter</translation>
    </message>
    <message>
      <source>Runs in one batch</source>
      <translation>Läufe in einem Stapel</translation>
    </message>
    <message>
      <source>Number of runs whose steps are evaluated in one batch, which takes less time. The pictures differ in the last bits from those of single runs.</source>
      <translation>Anzahl der Läufe, deren Schritte in einem Stapel berechnet werden, was weniger Zeit kostet. Die Bilder weichen in den letzten Bits von denen einzelner Läufe ab.</translation>
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
      <source>Rows and columns use the same parameter.</source>
      <translation>Zeilen und Spalten haben denselben Parameter.</translation>
    </message>
    <message>
      <source>Columns</source>
      <translation>Spalten</translation>
    </message>
    <message>
      <source>Rows</source>
      <translation>Zeilen</translation>
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
    <message numerus="yes">
      <source>%n steps</source>
      <translation>
        <numerusform>%n Schritt</numerusform>
        <numerusform>%n Schritte</numerusform>
      </translation>
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
      <translation>Werte der ausgewählten Zelle in den Graphen übernehmen</translation>
    </message>
    <message>
      <source>Save the contact sheet…</source>
      <translation>Kontaktbogen speichern…</translation>
    </message>
    <message>
      <source>A sweep runs the graph over values of one or two parameters.
Right-click a parameter and choose Sweep…</source>
      <translation>Eine Variation führt den Graphen mit Werten von einem oder zwei Parametern aus.
Rechtsklick auf einen Parameter, dann „Variieren…“.</translation>
    </message>
    <message>
      <source>Use these values</source>
      <translation>Werte übernehmen</translation>
    </message>
    <message>
      <source>Save the contact sheet</source>
      <translation>Kontaktbogen speichern</translation>
    </message>
    <message>
      <source>PNG pictures (*.png)</source>
      <translation>PNG-Bilder (*.png)</translation>
    </message>
    <message numerus="yes">
      <source>%n failed</source>
      <translation>
        <numerusform>%n fehlgeschlagen</numerusform>
        <numerusform>%n fehlgeschlagen</numerusform>
      </translation>
    </message>
    <message>
      <source>Stop this cell</source>
      <translation>Zelle anhalten</translation>
    </message>
    <message>
      <source>Copy the error</source>
      <translation>Fehler kopieren</translation>
    </message>
    <message>
      <source>Use {0}</source>
      <translation>{0} übernehmen</translation>
    </message>
    <message>
      <source>Shown step</source>
      <translation>Gezeigter Schritt</translation>
    </message>
    <message>
      <source>cached</source>
      <translation>im Cache</translation>
    </message>
    <message>
      <source>not run yet</source>
      <translation>noch nicht ausgeführt</translation>
    </message>
    <message>
      <source>resumes at {0}</source>
      <translation>weiter bei {0}</translation>
    </message>
    <message>
      <source>Steps</source>
      <translation>Schritte</translation>
    </message>
    <message>
      <source>Step {0} of {1}</source>
      <translation>Schritt {0} von {1}</translation>
    </message>
    <message>
      <source>Curves appear once the inputs are known</source>
      <translation>Kurven erscheinen, sobald die Eingänge bekannt sind</translation>
    </message>
    <message>
      <source>{0} steps to run</source>
      <translation>noch {0} Schritte</translation>
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
      <source>Sampler whose steps are shown</source>
      <translation>Sampler, dessen Schritte gezeigt werden</translation>
    </message>
    <message>
      <source>Add a sampler to see its steps here.</source>
      <translation>Hier erscheinen die Schritte eines Samplers.</translation>
    </message>
    <message>
      <source>{0} steps</source>
      <translation>{0} Schritte</translation>
    </message>
    <message>
      <source>All {0} steps are cached</source>
      <translation>Alle {0} im Cache</translation>
    </message>
    <message>
      <source>Resumes at {0} of {1}</source>
      <translation>Weiter bei {0} von {1}</translation>
    </message>
    <message>
      <source>There is no step to branch at.</source>
      <translation>Es gibt keinen Schritt, an dem sich abzweigen lässt.</translation>
    </message>
    <message>
      <source>Nothing is left to branch after the last step. Choose an earlier one.</source>
      <translation>Nach dem letzten Schritt gibt es nichts mehr abzuzweigen. Einen früheren Schritt wählen.</translation>
    </message>
    <message>
      <source>This sampler does not branch in this way.</source>
      <translation>Dieser Sampler zweigt nicht auf diese Weise ab.</translation>
    </message>
    <message>
      <source>Clean</source>
      <translation>Klar</translation>
    </message>
    <message>
      <source>x0: the clean picture predicted at each step</source>
      <translation>x0: das klare Bild, das in jedem Schritt vorhergesagt wird</translation>
    </message>
    <message>
      <source>Noisy</source>
      <translation>Verrauscht</translation>
    </message>
    <message>
      <source>x_t: the noisy latents after each step</source>
      <translation>x_t: die verrauschten Latents nach jedem Schritt</translation>
    </message>
    <message>
      <source>Noise</source>
      <translation>Rauschen</translation>
    </message>
    <message>
      <source>The noise predicted at each step</source>
      <translation>Das Rauschen, das in jedem Schritt vorhergesagt wird</translation>
    </message>
    <message>
      <source>All pictures of the batch (Return)</source>
      <translation>Alle Bilder des Stapels (Eingabe)</translation>
    </message>
    <message>
      <source>Previous picture (Left)</source>
      <translation>Voriges Bild (Links)</translation>
    </message>
    <message>
      <source>Next picture (Right)</source>
      <translation>Nächstes Bild (Rechts)</translation>
    </message>
    <message>
      <source>Pick in the graph</source>
      <translation>Im Graphen herausgreifen</translation>
    </message>
    <message>
      <source>Add a node that takes this picture out of the batch</source>
      <translation>Fügt einen Knoten hinzu, der dieses Bild aus dem Stapel nimmt</translation>
    </message>
    <message>
      <source>Pictures to compare with</source>
      <translation>Bilder zum Vergleichen</translation>
    </message>
    <message>
      <source>Picture file…</source>
      <translation>Bilddatei…</translation>
    </message>
    <message>
      <source>How to compare</source>
      <translation>Art des Vergleichs</translation>
    </message>
    <message>
      <source>Wipe</source>
      <translation>Wischen</translation>
    </message>
    <message>
      <source>Side by side</source>
      <translation>Nebeneinander</translation>
    </message>
    <message>
      <source>Flicker</source>
      <translation>Blinken</translation>
    </message>
    <message>
      <source>Onion skin</source>
      <translation>Zwiebelhaut</translation>
    </message>
    <message>
      <source>End</source>
      <translation>Beenden</translation>
    </message>
    <message>
      <source>End the comparison</source>
      <translation>Den Vergleich beenden</translation>
    </message>
    <message>
      <source>{0} s</source>
      <translation>{0} s</translation>
    </message>
    <message>
      <source>Gain of the difference</source>
      <translation>Verstärkung der Differenz</translation>
    </message>
    <message>
      <source>Seconds per picture</source>
      <translation>Sekunden je Bild</translation>
    </message>
    <message>
      <source>Opacity of the upper picture</source>
      <translation>Deckkraft des oberen Bildes</translation>
    </message>
    <message>
      <source>scaled from {0} × {1}</source>
      <translation>skaliert von {0} × {1}</translation>
    </message>
    <message>
      <source>Pictures (*.png *.jpg *.webp)</source>
      <translation>Bilder (*.png *.jpg *.webp)</translation>
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
      <source>step {0} of {1}</source>
      <translation>Schritt {0} von {1}</translation>
    </message>
    <message>
      <source>quick</source>
      <translation>schnell</translation>
    </message>
    <message>
      <source>Viewer</source>
      <translation>Betrachter</translation>
    </message>
    <message>
      <source>Like the window</source>
      <translation>Wie das Fenster</translation>
    </message>
    <message>
      <source>Dark</source>
      <translation>Dunkel</translation>
    </message>
    <message>
      <source>Grey</source>
      <translation>Grau</translation>
    </message>
    <message>
      <source>Light</source>
      <translation>Hell</translation>
    </message>
    <message>
      <source>Checkerboard</source>
      <translation>Schachbrett</translation>
    </message>
    <message>
      <source>Background</source>
      <translation>Hintergrund</translation>
    </message>
    <message>
      <source>Picture</source>
      <translation>Bild</translation>
    </message>
    <message>
      <source>Run the graph to see its picture here.</source>
      <translation>Hier erscheint das Bild, sobald der Graph ausgeführt ist.</translation>
    </message>
    <message>
      <source>Picture shown</source>
      <translation>Gezeigtes Bild</translation>
    </message>
    <message>
      <source>Mask or hint over the picture</source>
      <translation>Maske oder Vorlage über dem Bild</translation>
    </message>
    <message>
      <source>Strength of the overlay</source>
      <translation>Deckkraft der Überlagerung</translation>
    </message>
    <message>
      <source>Pin: keep showing this node</source>
      <translation>Anheften: weiter diesen Knoten zeigen</translation>
    </message>
    <message>
      <source>Work on the selected node by hand</source>
      <translation>Den gewählten Knoten von Hand bearbeiten</translation>
    </message>
    <message>
      <source>Compare with…</source>
      <translation>Vergleichen mit…</translation>
    </message>
    <message>
      <source>Fit (F)</source>
      <translation>Einpassen (F)</translation>
    </message>
    <message>
      <source>One to one (Z)</source>
      <translation>Originalgröße (Z)</translation>
    </message>
    <message>
      <source>Full screen (F11)</source>
      <translation>Vollbild (F11)</translation>
    </message>
    <message>
      <source>Compare with</source>
      <translation>Vergleichen mit</translation>
    </message>
    <message>
      <source>Full screen</source>
      <translation>Vollbild</translation>
    </message>
    <message>
      <source>Latest</source>
      <translation>Neuestes</translation>
    </message>
    <message>
      <source>Dropped</source>
      <translation>Abgelegt</translation>
    </message>
    <message>
      <source>Of this picture, only a small version is left.</source>
      <translation>Von diesem Bild ist nur noch eine kleine Fassung vorhanden.</translation>
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
      <source>Send to</source>
      <translation>Senden an</translation>
    </message>
    <message>
      <source>Panel</source>
      <translation>Bedienfeld</translation>
    </message>
    <message>
      <source>Help</source>
      <translation>Hilfe</translation>
    </message>
    <message>
      <source>Recent</source>
      <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
      <source>A studio for controllable image generation, version {}.</source>
      <translation>Ein Studio für steuerbare Bilderzeugung, Version {}.</translation>
    </message>
    <message>
      <source>&amp;Preferences...</source>
      <translation>&amp;Einstellungen...</translation>
    </message>
    <message>
      <source>Switch &amp;theme</source>
      <translation>&amp;Farbschema wechseln</translation>
    </message>
    <message>
      <source>&amp;Full screen</source>
      <translation>&amp;Vollbild</translation>
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
      <source>Cannot save the preferences: {}</source>
      <translation>Die Einstellungen können nicht gespeichert werden: {}</translation>
    </message>
    <message>
      <source>&amp;Branch here</source>
      <translation>Hier ab&amp;zweigen</translation>
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
      <translation>Befehl suchen</translation>
    </message>
    <message>
      <source>Command</source>
      <translation>Befehl</translation>
    </message>
    <message>
      <source>Panels</source>
      <translation>Bedienfelder</translation>
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
      <source>Ratings and tags are stored beside the pictures (.xmp), where digiKam and darktable read them. Lightroom reads them only inside of PNG and JPEG files.</source>
      <translation>Bewertungen und Schlagwörter werden neben den Bildern gespeichert (.xmp), wo digiKam und darktable sie lesen. Lightroom liest sie bei PNG und JPEG nur in der Datei selbst.</translation>
    </message>
    <message>
      <source>Write into pictures</source>
      <translation>In Bilder schreiben</translation>
    </message>
    <message>
      <source>Write ratings and tags into pictures</source>
      <translation>Bewertungen und Schlagwörter in Bilder schreiben</translation>
    </message>
    <message>
      <source>Into pictures that were made here. Lightroom reads them only there.</source>
      <translation>In Bilder, die hier entstanden sind. Lightroom liest sie nur dort.</translation>
    </message>
    <message>
      <source>{} GB</source>
      <translation>{} GB</translation>
    </message>
    <message>
      <source>Download {}?</source>
      <translation>{} herunterladen?</translation>
    </message>
    <message>
      <source>{} MB</source>
      <translation>{} MB</translation>
    </message>
    <message>
      <source>{0} failed: {1}</source>
      <translation>{0} ist fehlgeschlagen: {1}</translation>
    </message>
    <message>
      <source>Source: {}</source>
      <translation>Quelle: {}</translation>
    </message>
    <message>
      <source>Size: {}</source>
      <translation>Größe: {}</translation>
    </message>
    <message>
      <source>Licence: {}</source>
      <translation>Lizenz: {}</translation>
    </message>
    <message>
      <source>Folder: {}</source>
      <translation>Ordner: {}</translation>
    </message>
    <message>
      <source>Download</source>
      <translation>Herunterladen</translation>
    </message>
    <message numerus="yes">
      <source>%n more failed.</source>
      <translation>
        <numerusform>%n weiterer ist fehlgeschlagen.</numerusform>
        <numerusform>%n weitere sind fehlgeschlagen.</numerusform>
      </translation>
    </message>
    <message>
      <source>Show</source>
      <translation>Anzeigen</translation>
    </message>
    <message>
      <source>Download ({})...</source>
      <translation>Herunterladen ({})...</translation>
    </message>
    <message>
      <source>unknown</source>
      <translation>unbekannt</translation>
    </message>
    <message>
      <source>Download...</source>
      <translation>Herunterladen...</translation>
    </message>
    <message>
      <source>Workflows and pictures with a workflow ({})</source>
      <translation>Workflows und Bilder mit einem Workflow ({})</translation>
    </message>
    <message>
      <source>Workflows ({})</source>
      <translation>Workflows ({})</translation>
    </message>
    <message>
      <source>Discard the changes to {} and go back to the saved file?</source>
      <translation>Die Änderungen an {} verwerfen und zur gespeicherten Datei zurückkehren?</translation>
    </message>
    <message>
      <source>Open &amp;recent</source>
      <translation>Zu&amp;letzt geöffnet</translation>
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
      <source>{} was changed by another program or window.</source>
      <translation>{} wurde von einem anderen Programm oder Fenster geändert.</translation>
    </message>
    <message>
      <source>Reload: your version stays under "Reopen closed tab". Keep mine: the other version stays beside it as {}~.</source>
      <translation>Neu laden: Ihre Fassung bleibt unter „Geschlossenen Tab wieder öffnen“. Meine behalten: die andere Fassung bleibt daneben als {}~.</translation>
    </message>
    <message>
      <source>Reload</source>
      <translation>Neu laden</translation>
    </message>
    <message>
      <source>Keep mine</source>
      <translation>Eigene Fassung behalten</translation>
    </message>
    <message>
      <source>Save as...</source>
      <translation>Speichern unter …</translation>
    </message>
    <message>
      <source>{} is read-only.</source>
      <translation>{} ist schreibgeschützt.</translation>
    </message>
    <message>
      <source>If it is replaced, its present version stays beside it as {}~.</source>
      <translation>Wird sie ersetzt, bleibt ihre jetzige Fassung daneben als {}~.</translation>
    </message>
    <message>
      <source>Replace</source>
      <translation>Ersetzen</translation>
    </message>
    <message>
      <source>{} comes from elsewhere and reads files outside its folder:</source>
      <translation>{} kommt von anderswo und liest Dateien außerhalb seines Ordners:</translation>
    </message>
    <message>
      <source>Always allow these folders</source>
      <translation>Diese Ordner immer erlauben</translation>
    </message>
    <message>
      <source>Save the changes to {}?</source>
      <translation>Die Änderungen an {} speichern?</translation>
    </message>
    <message>
      <source>"Reopen closed tab" can still restore unsaved changes.</source>
      <translation>„Reiter wieder öffnen“ kann ungespeicherte Änderungen noch zurückholen.</translation>
    </message>
    <message>
      <source>Don't save</source>
      <translation>Nicht speichern</translation>
    </message>
    <message>
      <source>Not saved: {}</source>
      <translation>Nicht gespeichert: {}</translation>
    </message>
    <message>
      <source>Unsaved documents are kept and open again at the next start.</source>
      <translation>Ungespeicherte Dokumente bleiben erhalten und sind beim nächsten Start wieder geöffnet.</translation>
    </message>
    <message>
      <source>Quit</source>
      <translation>Beenden</translation>
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
      <translation>&amp;Reiter wieder öffnen</translation>
    </message>
    <message>
      <source>&amp;Quit</source>
      <translation>&amp;Beenden</translation>
    </message>
    <message>
      <source>Revert</source>
      <translation>Zurücksetzen</translation>
    </message>
    <message numerus="yes">
      <source>and %n more</source>
      <translation>
        <numerusform>und %n weitere</numerusform>
        <numerusform>und %n weitere</numerusform>
      </translation>
    </message>
    <message>
      <source>After the last stroke, until the full run begins.</source>
      <translation>Nach dem letzten Strich, bis der volle Lauf beginnt.</translation>
    </message>
    <message>
      <source>Of the strokes, where the result is shown under them.</source>
      <translation>Der Striche, wenn das Ergebnis darunter gezeigt wird.</translation>
    </message>
    <message>
      <source>As in the workflow</source>
      <translation>Wie im Workflow</translation>
    </message>
    <message>
      <source>While you paint in live mode, a quick run follows each stroke, and the full run when the hand rests. The starter model has a LoRA for quick runs; steps and solver are for other models.</source>
      <translation>Beim Malen im Live-Modus folgt jedem Strich ein schneller Lauf, und der volle Lauf, wenn die Hand ruht. Das Startmodell hat ein LoRA für schnelle Läufe; Schritte und Löser gelten für andere Modelle.</translation>
    </message>
    <message>
      <source>&amp;Rest of the hand</source>
      <translation>&amp;Ruhe der Hand</translation>
    </message>
    <message>
      <source>&amp;Opacity of strokes</source>
      <translation>&amp;Deckkraft der Striche</translation>
    </message>
    <message>
      <source>&amp;Quick steps</source>
      <translation>&amp;Schnelle Schritte</translation>
    </message>
    <message>
      <source>Quick &amp;solver</source>
      <translation>Schneller &amp;Löser</translation>
    </message>
    <message>
      <source>&amp;File</source>
      <translation>&amp;Datei</translation>
    </message>
    <message>
      <source>&amp;Edit</source>
      <translation>&amp;Bearbeiten</translation>
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
      <translation>A&amp;usführen</translation>
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
      <source>Select the prompt that the trigger words belong to.</source>
      <translation>Wählen Sie den Prompt, zu dem die Auslösewörter gehören.</translation>
    </message>
    <message>
      <source>Close message</source>
      <translation>Meldung schließen</translation>
    </message>
    <message>
      <source>Panels of {0} cannot be used: {1}</source>
      <translation>Die Bedienfelder von {0} sind nicht verwendbar: {1}</translation>
    </message>
    <message>
      <source>Confined: on the CPU, without network and other programs; it may read the folders of its workflows, the folders that you have allowed and models of the hub cache, and write to the cache and the picture folder.</source>
      <translation>Abgeschirmt: auf dem Prozessor, ohne Netz und andere Programme; das Paket darf die Ordner seiner Workflows, die erlaubten Ordner und Modelle des Hub-Zwischenspeichers lesen und in den Zwischenspeicher und den Bilderordner schreiben.</translation>
    </message>
    <message>
      <source>Trusted: the pack may do whatever you may do, and offer panels.</source>
      <translation>Vertraut: das Paket darf alles, was Sie dürfen, und Bereiche anbieten.</translation>
    </message>
    <message>
      <source>Off: the pack is not loaded, and its nodes are missing.</source>
      <translation>Aus: das Paket wird nicht geladen, und seine Knoten fehlen.</translation>
    </message>
    <message>
      <source>Changes take effect at once; panels of a pack come and go when the editor starts.</source>
      <translation>Änderungen wirken sofort; Felder eines Pakets kommen und gehen beim Start des Editors.</translation>
    </message>
    <message>
      <source>Node packs</source>
      <translation>Knotenpakete</translation>
    </message>
    <message>
      <source>State of {0}</source>
      <translation>Zustand von {0}</translation>
    </message>
    <message>
      <source>Trusted</source>
      <translation>Vertraut</translation>
    </message>
    <message>
      <source>Pack</source>
      <translation>Paket</translation>
    </message>
    <message>
      <source>State</source>
      <translation>Zustand</translation>
    </message>
    <message>
      <source>Off, not decided yet</source>
      <translation>Aus, noch nicht entschieden</translation>
    </message>
    <message>
      <source>Confined</source>
      <translation>Abgeschirmt</translation>
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
      <source>No node type takes a picture out of the batch of {0}.</source>
      <translation>Kein Knotentyp nimmt ein Bild aus dem Stapel von {0}.</translation>
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
      <translation>Engine</translation>
    </message>
    <message>
      <source>Keys</source>
      <translation>Tasten</translation>
    </message>
    <message>
      <source>Packs</source>
      <translation>Pakete</translation>
    </message>
    <message>
      <source>Follow the system</source>
      <translation>Wie das System</translation>
    </message>
    <message>
      <source>Takes effect the next time the editor starts.</source>
      <translation>Gilt ab dem nächsten Start des Editors.</translation>
    </message>
    <message>
      <source>Picture folder</source>
      <translation>Bilderordner</translation>
    </message>
    <message>
      <source>Write ratings and tags into &amp;pictures</source>
      <translation>Bewertungen und Schlagwörter in &amp;Bilder schreiben</translation>
    </message>
    <message>
      <source>Besides the XMP sidecar, which is always written. Only into pictures that were made here.</source>
      <translation>Zusätzlich zur XMP-Begleitdatei, die immer geschrieben wird. Nur in Bilder, die hier gemacht wurden.</translation>
    </message>
    <message>
      <source>&amp;Theme</source>
      <translation>&amp;Farbschema</translation>
    </message>
    <message>
      <source>&amp;Language</source>
      <translation>&amp;Sprache</translation>
    </message>
    <message>
      <source>For models whose node is set to auto</source>
      <translation>Für Modelle, deren Knoten auf auto steht</translation>
    </message>
    <message>
      <source>One per core</source>
      <translation>Einer je Kern</translation>
    </message>
    <message>
      <source>Automatic</source>
      <translation>Automatisch</translation>
    </message>
    <message>
      <source>Larger pictures are refused before they are decoded.</source>
      <translation>Größere Bilder werden abgelehnt, bevor sie dekodiert werden.</translation>
    </message>
    <message>
      <source>Cache folder</source>
      <translation>Ordner des Zwischenspeichers</translation>
    </message>
    <message>
      <source>&amp;No network</source>
      <translation>&amp;Kein Netz</translation>
    </message>
    <message>
      <source>Nodes cannot download models or reach other machines.</source>
      <translation>Knoten können keine Modelle herunterladen und keine anderen Rechner erreichen.</translation>
    </message>
    <message>
      <source>These take effect the next time the editor starts. Results depend on device, precision and threads: after a change they are computed again. A new cache folder starts empty.</source>
      <translation>Gilt ab dem nächsten Start des Editors. Ergebnisse hängen von Gerät, Genauigkeit und Threads ab: Nach einer Änderung werden sie neu berechnet. Ein neuer Ordner für den Zwischenspeicher ist anfangs leer.</translation>
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
      <translation>&amp;Zwischenspeicher auf Platte</translation>
    </message>
    <message>
      <source>&amp;Largest picture</source>
      <translation>&amp;Größtes Bild</translation>
    </message>
    <message>
      <source>Standard keys</source>
      <translation>Standardtasten</translation>
    </message>
    <message>
      <source>{0} is used by more than one action: {1}</source>
      <translation>{0} ist mehreren Aktionen zugeordnet: {1}</translation>
    </message>
    <message>
      <source>Choose...</source>
      <translation>Wählen...</translation>
    </message>
    <message>
      <source>Choose: {0}</source>
      <translation>Wählen: {0}</translation>
    </message>
    <message>
      <source>Action</source>
      <translation>Aktion</translation>
    </message>
    <message>
      <source>{0} is set and overrides this.</source>
      <translation>{0} ist gesetzt und hat Vorrang.</translation>
    </message>
    <message>
      <source>Until stopped</source>
      <translation>Bis zum Anhalten</translation>
    </message>
    <message>
      <source>Number of runs</source>
      <translation>Anzahl der Läufe</translation>
    </message>
    <message>
      <source>How many runs to queue, each with new values of the unlocked seeds</source>
      <translation>Wie viele Läufe eingereiht werden, jeder mit neuen Werten der entsperrten Seeds</translation>
    </message>
    <message>
      <source>&amp;Send to</source>
      <translation>&amp;Senden an</translation>
    </message>
    <message>
      <source>Select a node with a picture, or show a picture in the viewer.</source>
      <translation>Wählen Sie einen Knoten mit einem Bild aus, oder zeigen Sie ein Bild im Betrachter an.</translation>
    </message>
    <message>
      <source>New sweep</source>
      <translation>Neue Variation</translation>
    </message>
    <message>
      <source>{} carries no graph that could be swept.</source>
      <translation>{} enthält keinen Graphen, der sich variieren ließe.</translation>
    </message>
    <message>
      <source>Run to &amp;selected</source>
      <translation>&amp;Bis zur Auswahl ausführen</translation>
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
      <source>Undo</source>
      <translation>Rückgängig</translation>
    </message>
    <message>
      <source>Redo</source>
      <translation>Wiederholen</translation>
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
      <source>Shortcuts</source>
      <translation>Tastenkürzel</translation>
    </message>
    <message>
      <source>Mouse gestures</source>
      <translation>Mausgesten</translation>
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
    <message numerus="yes">
      <source>{:.2f} s, %n computed</source>
      <translation>
        <numerusform>{:.2f} s, %n berechnet</numerusform>
        <numerusform>{:.2f} s, %n berechnet</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n threads</source>
      <translation>
        <numerusform>%n Thread</numerusform>
        <numerusform>%n Threads</numerusform>
      </translation>
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
      <translation>Zwischenspeicher auf Platte</translation>
    </message>
    <message>
      <source>Last run</source>
      <translation>Letzter Lauf</translation>
    </message>
    <message>
      <source>Engine off</source>
      <translation>Engine aus</translation>
    </message>
    <message>
      <source>Engine starting</source>
      <translation>Engine startet</translation>
    </message>
    <message>
      <source>Ready</source>
      <translation>Bereit</translation>
    </message>
    <message>
      <source>Cache {}</source>
      <translation>Cache {}</translation>
    </message>
    <message>
      <source>Stopping</source>
      <translation>Hält an</translation>
    </message>
    <message>
      <source>{}, {} waiting</source>
      <translation>{}, {} wartend</translation>
    </message>
    <message>
      <source>Memory {}</source>
      <translation>Speicher {}</translation>
    </message>
    <message>
      <source>Load &amp;layers...</source>
      <translation>&amp;Ebenen laden...</translation>
    </message>
    <message>
      <source>&amp;Start page</source>
      <translation>&amp;Startseite</translation>
    </message>
    <message>
      <source>The file of {} is no longer there.</source>
      <translation>Die Datei von {} gibt es nicht mehr.</translation>
    </message>
    <message>
      <source>The file of {} was changed by another program or window.</source>
      <translation>Die Datei von {} wurde von einem anderen Programm oder Fenster geändert.</translation>
    </message>
    <message>
      <source>Your documents from last time are open again.</source>
      <translation>Die Dokumente vom letzten Mal sind wieder geöffnet.</translation>
    </message>
    <message>
      <source>Save again</source>
      <translation>Erneut speichern</translation>
    </message>
    <message>
      <source>Decide...</source>
      <translation>Entscheiden …</translation>
    </message>
    <message>
      <source>S&amp;weep...</source>
      <translation>&amp;Variieren...</translation>
    </message>
    <message>
      <source>Layers of Krita, GIMP and others ({0})</source>
      <translation>Ebenen von Krita, GIMP und anderen ({0})</translation>
    </message>
    <message>
      <source>Hold Alt while dropping to use a picture without this question.</source>
      <translation>Halten Sie beim Ablegen Alt gedrückt, um ein Bild ohne diese Frage zu verwenden.</translation>
    </message>
    <message>
      <source>Load layers</source>
      <translation>Ebenen laden</translation>
    </message>
    <message>
      <source>Loading the layers of {0}...</source>
      <translation>Die Ebenen von {0} werden geladen...</translation>
    </message>
    <message numerus="yes">
      <source>%n pictures carry the graphs that they were made with.</source>
      <translation>
        <numerusform>%n Bild enthält den Graphen, mit dem es gemacht wurde.</numerusform>
        <numerusform>%n Bilder enthalten die Graphen, mit denen sie gemacht wurden.</numerusform>
      </translation>
    </message>
    <message>
      <source>{0} carries the graph that it was made with.</source>
      <translation>{0} enthält den Graphen, mit dem es gemacht wurde.</translation>
    </message>
    <message>
      <source>Open their graphs</source>
      <translation>Graphen öffnen</translation>
    </message>
    <message>
      <source>Use as images</source>
      <translation>Als Bilder verwenden</translation>
    </message>
    <message>
      <source>Use as an image</source>
      <translation>Als Bild verwenden</translation>
    </message>
    <message>
      <source>{} does not exist.</source>
      <translation>{} existiert nicht.</translation>
    </message>
    <message>
      <source>{} is not a workflow, picture or model.</source>
      <translation>{} ist weder Workflow noch Bild noch Modell.</translation>
    </message>
    <message>
      <source>{0}: no node loads files of this kind ({1}).</source>
      <translation>{0}: Kein Knoten lädt Dateien dieser Art ({1}).</translation>
    </message>
    <message>
      <source>&amp;Vary this</source>
      <translation>&amp;Abwandeln</translation>
    </message>
    <message>
      <source>No sampler has made this picture.</source>
      <translation>Kein Sampler hat dieses Bild gemacht.</translation>
    </message>
    <message>
      <source>Vary this</source>
      <translation>Abwandeln</translation>
    </message>
    <message>
      <source>4 variations</source>
      <translation>4 Abwandlungen</translation>
    </message>
    <message>
      <source>Four other seeds, side by side</source>
      <translation>Vier andere Seeds, nebeneinander</translation>
    </message>
    <message>
      <source>Near</source>
      <translation>Nah</translation>
    </message>
    <message>
      <source>Vary this: near</source>
      <translation>Abwandeln: nah</translation>
    </message>
    <message>
      <source>The same seed with a little other noise</source>
      <translation>Derselbe Seed mit leicht geändertem Rauschen</translation>
    </message>
    <message>
      <source>Medium</source>
      <translation>Mittel</translation>
    </message>
    <message>
      <source>Vary this: medium</source>
      <translation>Abwandeln: mittel</translation>
    </message>
    <message>
      <source>New noise in the middle of the run: the composition stays</source>
      <translation>Neues Rauschen in der Mitte des Laufs: Die Komposition bleibt</translation>
    </message>
    <message>
      <source>Far</source>
      <translation>Weit</translation>
    </message>
    <message>
      <source>Vary this: far</source>
      <translation>Abwandeln: weit</translation>
    </message>
    <message>
      <source>Another seed</source>
      <translation>Ein anderer Seed</translation>
    </message>
    <message>
      <source>No sampler with a seed has made this picture.</source>
      <translation>Kein Sampler mit einem Seed hat dieses Bild gemacht.</translation>
    </message>
    <message>
      <source>Load model</source>
      <translation>Modell laden</translation>
    </message>
    <message>
      <source>Choose a model: Stable Diffusion (1, 2, XL, 3), Flux, Chroma, Qwen-Image, Z-Image, PixArt.

This only reads and checks the folder; weights are loaded when a step needs them. A folder that
lacks a weight or a vocabulary is refused, and so is one whose scheduler is of another kind than
such models are sampled with.</source>
      <translation>Wählt ein Modell: Stable Diffusion (1, 2, XL, 3), Flux, Chroma, Qwen-Image, Z-Image, PixArt.

Der Ordner wird hier nur gelesen und geprüft; die Gewichte werden geladen, wenn ein Schritt sie
braucht. Ein Ordner, dem Gewichte oder ein Vokabular fehlen, wird abgelehnt, ebenso einer, dessen
Scheduler von anderer Art ist als der, mit dem solche Modelle gesampelt werden.</translation>
    </message>
    <message>
      <source>text encoders</source>
      <translation>Textencoder</translation>
    </message>
    <message>
      <source>Text encoders for a file that holds none, or to use in place of its own.</source>
      <translation>Textencoder für eine Datei, die keine enthält, oder anstelle ihrer eigenen.</translation>
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
      <source>"starter" for the model included with NodeUI, a folder in the diffusers layout, a safetensors file with a whole model, or a hub id such as "owner/name", which is downloaded if it is not in the hub cache.</source>
      <translation>„starter“ für das mitgelieferte Modell, ein Ordner im Layout von diffusers, eine safetensors-Datei mit einem ganzen Modell oder eine Hub-Kennung wie „besitzer/name“, die heruntergeladen wird, wenn sie nicht im Hub-Cache liegt.</translation>
    </message>
    <message>
      <source>dtype</source>
      <translation>Genauigkeit</translation>
    </message>
    <message>
      <source>Precision of weights and computation. auto is float32 on a CPU; elsewhere it is float16 for Stable Diffusion 1.x, 2.x and XL, and bfloat16 for other models.</source>
      <translation>Genauigkeit der Gewichte und der Berechnung. auto ist float32 auf einer CPU; sonst float16 für Stable Diffusion 1.x, 2.x und XL und bfloat16 für andere Modelle.</translation>
    </message>
    <message>
      <source>model</source>
      <translation>Modell</translation>
    </message>
    <message>
      <source>Encodes prompts and samples latents.</source>
      <translation>Kodiert Prompts und sampelt Latents.</translation>
    </message>
    <message>
      <source>vae</source>
      <translation>VAE</translation>
    </message>
    <message>
      <source>Turns pictures into latents and back.</source>
      <translation>Verwandelt Bilder in Latents und zurück.</translation>
    </message>
    <message>
      <source>Load diffusion model</source>
      <translation>Diffusionsmodell laden</translation>
    </message>
    <message>
      <source>Choose a file with the network of a diffusion model alone, as ComfyUI keeps it.

Weights in fp8 stay fp8 in the memory of a GPU, and those of GGUF files stay quantised. A CPU
computes with fp8 weights as floats.</source>
      <translation>Eine Datei wählen, die nur das Netz eines Diffusionsmodells enthält, wie ComfyUI sie ablegt.

Gewichte in fp8 bleiben im Speicher einer GPU fp8, und die von GGUF-Dateien bleiben quantisiert. Eine
CPU rechnet mit fp8-Gewichten als Gleitkommazahlen.</translation>
    </message>
    <message>
      <source>The encoders that the model was trained with, from “Load text encoders”.</source>
      <translation>Die Encoder, mit denen das Modell trainiert wurde, aus „Textencoder laden“.</translation>
    </message>
    <message>
      <source>The VAE that the pictures will be decoded with; live previews are made by it. Without one, previews show three channels of the latents.</source>
      <translation>Das VAE, mit dem die Bilder dekodiert werden; es macht auch die Vorschauen. Ohne eines zeigen Vorschauen drei Kanäle der Latents.</translation>
    </message>
    <message>
      <source>A safetensors or GGUF file with a network of Stable Diffusion 1, 2, XL or 3, Flux.1, Chroma, Z-Image or Qwen-Image. GGUF is read for all but the first three.</source>
      <translation>Eine safetensors- oder GGUF-Datei mit einem Netz von Stable Diffusion 1, 2, XL oder 3, Flux.1, Chroma, Z-Image oder Qwen-Image. GGUF wird für alle außer den ersten drei gelesen.</translation>
    </message>
    <message>
      <source>Precision of computation, and of weights that are not kept in fp8 or GGUF.</source>
      <translation>Genauigkeit der Rechnung und der Gewichte, die nicht in fp8 oder GGUF bleiben.</translation>
    </message>
    <message>
      <source>model: Encodes prompts and samples latents.</source>
      <translation>model: Kodiert Prompts und sampelt Latents.</translation>
    </message>
    <message>
      <source>Load text encoders</source>
      <translation>Textencoder laden</translation>
    </message>
    <message>
      <source>Choose text encoders from single files: those that a diffusion model needs.

Stable Diffusion 1 needs CLIP L, Stable Diffusion 2 CLIP H, SDXL CLIP L and G, Stable Diffusion
3 CLIP L, CLIP G and optionally T5, Flux.1 CLIP L and T5, Chroma T5, Z-Image Qwen3 4B,
Qwen-Image Qwen2.5-VL 7B. A file may also be a whole model, whose encoder is then used.</source>
      <translation>Textencoder aus einzelnen Dateien wählen: die, die ein Diffusionsmodell braucht.

Stable Diffusion 1 braucht CLIP L, Stable Diffusion 2 CLIP H, SDXL CLIP L und G, Stable Diffusion
3 CLIP L, CLIP G und wahlweise T5, Flux.1 CLIP L und T5, Chroma T5, Z-Image Qwen3 4B,
Qwen-Image Qwen2.5-VL 7B. Eine Datei kann auch ein ganzes Modell sein; dann wird sein Encoder benutzt.</translation>
    </message>
    <message>
      <source>clip l</source>
      <translation>CLIP L</translation>
    </message>
    <message>
      <source>A safetensors file with CLIP ViT-L.</source>
      <translation>Eine safetensors-Datei mit CLIP ViT-L.</translation>
    </message>
    <message>
      <source>clip g</source>
      <translation>CLIP G</translation>
    </message>
    <message>
      <source>A safetensors file with OpenCLIP ViT-bigG (CLIP G), or ViT-H for Stable Diffusion 2.</source>
      <translation>Eine safetensors-Datei mit OpenCLIP ViT-bigG (CLIP G), oder ViT-H für Stable Diffusion 2.</translation>
    </message>
    <message>
      <source>t5</source>
      <translation>T5</translation>
    </message>
    <message>
      <source>A safetensors file with T5-XXL.</source>
      <translation>Eine safetensors-Datei mit T5-XXL.</translation>
    </message>
    <message>
      <source>qwen</source>
      <translation>Qwen</translation>
    </message>
    <message>
      <source>A safetensors file with Qwen3 or Qwen2.5-VL.</source>
      <translation>Eine safetensors-Datei mit Qwen3 oder Qwen2.5-VL.</translation>
    </message>
    <message>
      <source>t5 tokenizer</source>
      <translation>T5-Tokenizer</translation>
    </message>
    <message>
      <source>The vocabulary of T5, which its file lacks: a folder with spiece.model or tokenizer.json, or a hub id, from which 0.8 MB are downloaded once.</source>
      <translation>Das Vokabular von T5, das in seiner Datei fehlt: ein Ordner mit spiece.model oder tokenizer.json, oder eine Hub-Kennung, von der einmal 0,8 MB heruntergeladen werden.</translation>
    </message>
    <message>
      <source>Load VAE</source>
      <translation>VAE laden</translation>
    </message>
    <message>
      <source>Choose a VAE (image autoencoder) other than the model's own.</source>
      <translation>Wählt ein anderes VAE (einen Bild-Autoencoder) als das des Modells.</translation>
    </message>
    <message>
      <source>The model that the VAE is used with. A safetensors file with a VAE does not say how its latents are scaled, and those of SDXL and Stable Diffusion 1 have the same shapes.</source>
      <translation>Das Modell, mit dem das VAE benutzt wird. Eine safetensors-Datei mit einem VAE gibt nicht an, wie ihre Latents skaliert sind, und die von SDXL und Stable Diffusion 1 haben dieselben Formen.</translation>
    </message>
    <message>
      <source>A folder with the config.json and weights of an AutoencoderKL or AutoencoderTiny, a safetensors file with a VAE, a model folder or file (its VAE is used), "starter", or a hub id.</source>
      <translation>Ein Ordner mit config.json und Gewichten eines AutoencoderKL oder AutoencoderTiny, eine safetensors-Datei mit einem VAE, ein Modellordner oder eine Modelldatei (deren VAE wird benutzt), „starter“ oder eine Hub-Kennung.</translation>
    </message>
    <message>
      <source>Precision of weights and computation. auto is float32 on a CPU, else float16.</source>
      <translation>Genauigkeit der Gewichte und der Berechnung. auto ist float32 auf einer CPU, sonst float16.</translation>
    </message>
    <message>
      <source>scaling</source>
      <translation>Skalierung</translation>
    </message>
    <message>
      <source>How the latents of a file are scaled. auto takes it from the model, or from the number of channels where that is enough.</source>
      <translation>Wie die Latents einer Datei skaliert sind. auto nimmt es vom Modell, oder von der Zahl der Kanäle, wo das genügt.</translation>
    </message>
    <message>
      <source>Load ControlNet</source>
      <translation>ControlNet laden</translation>
    </message>
    <message>
      <source>Choose a ControlNet. It runs in the precision of the model that it controls.</source>
      <translation>Wählt ein ControlNet. Es rechnet in der Genauigkeit des Modells, das es steuert.</translation>
    </message>
    <message>
      <source>"starter/depth", "starter/canny" or "starter/sketch" for those included with NodeUI, a folder with config.json and weights, a safetensors file, or a hub id.</source>
      <translation>„starter/depth“, „starter/canny“ oder „starter/sketch“ für die mitgelieferten, ein Ordner mit config.json und Gewichten, eine safetensors-Datei oder eine Hub-Kennung.</translation>
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
      <source>Adapt a model with a LoRA (Hu et al. 2021): to a style, to a subject, or to fewer steps.

LoRAs can be chained. The weights are loaded when a step needs them, and act beside the layers
of the model; they are never merged into its weights. LoRAs work with Stable Diffusion 1.x, 2.x
and XL. Besides plain LoRA, files with LoCon, LoHa, LoKr, DoRA and full differences of weights
are supported, in the formats of diffusers, peft, kohya's scripts, LyCORIS and ComfyUI.

A layer without an alpha in the file gets its rank as alpha. A file that changes no layer of the
model, was made for another kind of model, or contains NaN is refused; a warning names what
cannot be used.</source>
      <translation>Passt ein Modell mit einer LoRA an (Hu et al. 2021): an einen Stil, ein Motiv oder weniger Schritte.

LoRAs lassen sich verketten. Die Gewichte werden geladen, wenn ein Schritt sie braucht, und wirken
neben den Schichten des Modells; sie werden nie in seine Gewichte eingerechnet. LoRAs gehen mit
Stable Diffusion 1.x, 2.x und XL. Außer einfachen LoRAs werden Dateien mit LoCon, LoHa, LoKr, DoRA
und ganzen Gewichtsdifferenzen gelesen, in den Formaten von diffusers, peft, kohyas Skripten,
LyCORIS und ComfyUI.

Eine Schicht ohne alpha in der Datei erhält ihren Rang als alpha. Eine Datei, die keine Schicht des
Modells ändert, für eine andere Art von Modell gemacht ist oder NaN enthält, wird abgelehnt; eine
Warnung nennt, was nicht verwendet werden kann.</translation>
    </message>
    <message>
      <source>The model to adapt.</source>
      <translation>Das Modell, das angepasst wird.</translation>
    </message>
    <message>
      <source>A safetensors file, or a folder or hub id that contains one. "starter/fast" is included with NodeUI: with it, the starter model needs only 4 steps, with the scheduler ddim and a guidance scale of 1. For Stable Diffusion 1.5, latent-consistency/lcm-lora-sdv1-5 does the same, with the scheduler lcm.</source>
      <translation>Eine safetensors-Datei oder ein Ordner oder eine Hub-Kennung, die eine enthalten. „starter/fast“ wird mit NodeUI geliefert: Damit braucht das Starter-Modell nur 4 Schritte, mit dem Scheduler ddim und einer Guidance-Skala von 1. Für Stable Diffusion 1.5 leistet latent-consistency/lcm-lora-sdv1-5 dasselbe, mit dem Scheduler lcm.</translation>
    </message>
    <message>
      <source>name</source>
      <translation>Name</translation>
    </message>
    <message>
      <source>The file in the folder or repository. Ignored if source is a file.</source>
      <translation>Die Datei im Ordner oder Repository. Ohne Wirkung, wenn die Quelle eine Datei ist.</translation>
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
      <source>Strength of the LoRA: 1 as trained, 0 leaves the model unchanged.</source>
      <translation>Stärke der LoRA: 1 wie trainiert, 0 lässt das Modell unverändert.</translation>
    </message>
    <message>
      <source>curve</source>
      <translation>Kurve</translation>
    </message>
    <message>
      <source>Strength on the UNet over the run, from 0 (start) to 1 (end), between -2 and 2. Replaces strength there, unless it is empty.</source>
      <translation>Stärke auf das UNet über den Lauf, von 0 (Anfang) bis 1 (Ende), zwischen -2 und 2. Ersetzt dort die Stärke, sofern nicht leer.</translation>
    </message>
    <message>
      <source>text strength</source>
      <translation>Textstärke</translation>
    </message>
    <message>
      <source>Strength on the text encoders, which is constant over a run: 1 as trained, 0 leaves them unchanged. Empty uses strength.</source>
      <translation>Stärke auf die Text-Encoder, gleichbleibend über den Lauf: 1 wie trainiert, 0 lässt sie unverändert. Leer: die Stärke.</translation>
    </message>
    <message>
      <source>Load embedding</source>
      <translation>Embedding laden</translation>
    </message>
    <message>
      <source>Add a textual inversion embedding (Gal et al. 2023), which prompts name as embedding:name.

Embeddings work with Stable Diffusion 1.x, 2.x and XL. A weight acts on them as on words:
(embedding:name:1.2).</source>
      <translation>Ein Embedding aus Textual Inversion (Gal et al. 2023) hinzufügen, das Prompts als embedding:name nennen.

Embeddings gehen mit Stable Diffusion 1.x, 2.x und XL. Eine Gewichtung wirkt auf sie wie auf Wörter:
(embedding:name:1.2).</translation>
    </message>
    <message>
      <source>The model whose text encoders read the embedding.</source>
      <translation>Das Modell, dessen Textencoder das Embedding lesen.</translation>
    </message>
    <message>
      <source>A safetensors file, or a folder of such files, which are all added under their own names.</source>
      <translation>Eine safetensors-Datei oder ein Ordner mit solchen Dateien, die alle unter ihrem Namen hinzugefügt werden.</translation>
    </message>
    <message>
      <source>Its name in prompts. Empty uses the name of the file. Ignored if source is a folder.</source>
      <translation>Sein Name in Prompts. Leer nimmt den Namen der Datei. Ohne Wirkung bei einem Ordner.</translation>
    </message>
    <message>
      <source>Encode prompt</source>
      <translation>Prompt kodieren</translation>
    </message>
    <message>
      <source>Encode a prompt for the sampler, as a positive or a negative prompt.

With Stable Diffusion 1.x, 2.x and XL, (word) multiplies the weight of a word by 1.1, [word]
divides it by 1.1, and (word:1.3) multiplies it by 1.3. (word:0) replaces the word's own
embedding by that of an empty prompt, but the words after it have still read it; to take a word
out, delete it. A backslash before a bracket makes it a plain character. Texts of more than 75
tokens are encoded in several windows, and BREAK begins a new one.

[cat:dog:0.5] is a cat for the first half of the run and a dog after it, [cat:dog:10] a cat for
10 steps; [dog:0.5] adds a dog, [cat::0.5] removes the cat, and [cat|dog] takes turns from step
to step. embedding:name reads an embedding that "Load embedding" has added to the model. Other
models take all of this as plain characters, and read long texts only up to the limit of their
pipeline, with a warning.</source>
      <translation>Einen Prompt für den Sampler kodieren, als positiven oder negativen.

Bei Stable Diffusion 1.x, 2.x und XL multipliziert (Wort) das Gewicht eines Wortes mit 1,1, [Wort]
teilt es durch 1,1, und (Wort:1.3) multipliziert es mit 1,3. (Wort:0) ersetzt das Embedding des Wortes
durch das eines leeren Prompts, aber die Wörter danach haben es noch gelesen; um ein Wort zu
entfernen, löschen Sie es. Ein Backslash vor einer Klammer macht sie zu einem gewöhnlichen Zeichen. Texte
mit mehr als 75 Tokens werden in mehreren Fenstern kodiert, und BREAK beginnt ein neues.

[Katze:Hund:0.5] ist in der ersten Hälfte des Laufs eine Katze und danach ein Hund, [Katze:Hund:10]
10 Schritte lang eine Katze; [Hund:0.5] fügt einen Hund hinzu, [Katze::0.5] entfernt die Katze, und [Katze|Hund]
wechselt von Schritt zu Schritt. embedding:name liest ein Embedding, das „Embedding laden“ zum Modell
hinzugefügt hat. Andere Modelle nehmen all das als gewöhnliche Zeichen und lesen lange Texte nur bis zur
Grenze ihrer Pipeline, mit einer Warnung.</translation>
    </message>
    <message>
      <source>The model whose text encoders read the prompt.</source>
      <translation>Das Modell, dessen Text-Encoder den Prompt lesen.</translation>
    </message>
    <message>
      <source>What the picture should show or, for a negative prompt, what it should not show.</source>
      <translation>Was das Bild zeigen soll oder, bei einem negativen Prompt, was es nicht zeigen soll.</translation>
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
      <source>Layers to skip at the end of the text encoder; 0 uses all of them. Programs that count from 1 use this value + 1.</source>
      <translation>Schichten, die am Ende des Text-Encoders ausgelassen werden; 0 nutzt alle. Programme, die ab 1 zählen, geben diesen Wert + 1 an.</translation>
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
      <source>Change the prompt during the run, with a switch or a gradual blend.

Early steps decide the layout of the picture, late steps its details. A prompt that takes over
late changes the style and keeps the layout. Schedules can be chained.</source>
      <translation>Ändert den Prompt während des Laufs, auf einmal oder in einem allmählichen Übergang.

Frühe Schritte bestimmen den Aufbau des Bildes, späte die Details. Ein Prompt, der spät übernimmt,
ändert den Stil und erhält den Aufbau. Prompt-Abläufe lassen sich verketten.</translation>
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
      <source>Fraction of the run at which the second prompt takes over. Ignored if a curve is set.</source>
      <translation>Anteil des Laufs, bei dem der zweite Prompt übernimmt. Ohne Wirkung, wenn eine Kurve gesetzt ist.</translation>
    </message>
    <message>
      <source>blend</source>
      <translation>Überblendung</translation>
    </message>
    <message>
      <source>Share of the second prompt over the run, from 0 (start) to 1 (end). For shares between 0 and 1, the embeddings of both prompts are blended.</source>
      <translation>Anteil des zweiten Prompts über den Lauf, von 0 (Anfang) bis 1 (Ende). Bei Anteilen zwischen 0 und 1 werden die Embeddings beider Prompts gemischt.</translation>
    </message>
    <message>
      <source>Region</source>
      <translation>Bereich</translation>
    </message>
    <message>
      <source>Use another prompt in a part of the picture.

The base prompt fills the rest. For several regions, connect each to the base input of the next;
where they overlap, they share the picture by their weights. Only for Stable Diffusion 1.x, 2.x
and XL.</source>
      <translation>In einem Teil des Bildes einen anderen Prompt verwenden.

Der Grundprompt füllt den Rest. Für mehrere Bereiche verbinden Sie jeden mit dem Eingang base des nächsten;
wo sie sich überlappen, teilen sie sich das Bild nach ihrem Gewicht. Nur für Stable Diffusion 1.x, 2.x
und XL.</translation>
    </message>
    <message>
      <source>base</source>
      <translation>Unten</translation>
    </message>
    <message>
      <source>The prompt of the rest of the picture, or the regions before this one.</source>
      <translation>Der Prompt des übrigen Bildes, oder die Bereiche vor diesem.</translation>
    </message>
    <message>
      <source>prompt</source>
      <translation>Prompt</translation>
    </message>
    <message>
      <source>The prompt inside the mask.</source>
      <translation>Der Prompt in der Maske.</translation>
    </message>
    <message>
      <source>mask</source>
      <translation>Maske</translation>
    </message>
    <message>
      <source>Where it acts; grey is a part of the way.</source>
      <translation>Wo er wirkt; Grau wirkt anteilig.</translation>
    </message>
    <message>
      <source>weight</source>
      <translation>Gewicht</translation>
    </message>
    <message>
      <source>At 1 the prompt replaces the base prompt inside the mask, below 1 they mix. Above 1 it outweighs other regions. Ignored if a curve is set.</source>
      <translation>Bei 1 ersetzt der Prompt den Grundprompt in der Maske, darunter mischen sie sich. Über 1 überwiegt er andere Bereiche. Ohne Wirkung, wenn eine Kurve gesetzt ist.</translation>
    </message>
    <message>
      <source>start</source>
      <translation>Anfang</translation>
    </message>
    <message>
      <source>Fraction of the run at which the region starts.</source>
      <translation>Anteil des Laufs, bei dem der Bereich beginnt.</translation>
    </message>
    <message>
      <source>end</source>
      <translation>Ende</translation>
    </message>
    <message>
      <source>Fraction of the run at which it ends.</source>
      <translation>Anteil des Laufs, bei dem er endet.</translation>
    </message>
    <message>
      <source>Weight over the run, from 0 (start) to 1 (end). start and end still apply.</source>
      <translation>Gewicht über den Lauf, von 0 (Beginn) bis 1 (Ende). start und end gelten weiterhin.</translation>
    </message>
    <message>
      <source>method</source>
      <translation>Methode</translation>
    </message>
    <message>
      <source>"predictions" evaluates the model for each region and composes the predictions: the regions are clear, and each takes the time of one more picture without guidance. "attention" evaluates it once, and the pixels inside attend only to the words of their region: it is fast, and the regions blend more.</source>
      <translation>„predictions“ wertet das Modell für jeden Bereich aus und setzt die Vorhersagen zusammen: die Bereiche sind klar, und jeder kostet die Zeit eines weiteren Bildes ohne Guidance. „attention“ wertet es einmal aus, und die Pixel darin achten nur auf die Wörter ihres Bereichs: das ist schnell, und die Bereiche verschmelzen stärker.</translation>
    </message>
    <message>
      <source>fit</source>
      <translation>Anpassung</translation>
    </message>
    <message>
      <source>How to fit a mask of other proportions than the picture: "cover" crops it, "contain" adds borders outside the mask, and "stretch" distorts it.</source>
      <translation>Wie eine Maske mit anderem Seitenverhältnis als das Bild angepasst wird: „cover“ beschneidet sie, „contain“ fügt Ränder außerhalb der Maske hinzu, „stretch“ verzerrt sie.</translation>
    </message>
    <message>
      <source>Regional prompts</source>
      <translation>Prompts für Bereiche</translation>
    </message>
    <message>
      <source>Give each region of a painted sheet its own prompt, in one line each.

The base prompt fills the rest, and regions without a line. For start, end and curve of each
region, use Region and Region mask. Only for Stable Diffusion 1.x, 2.x and XL.</source>
      <translation>Jedem Bereich eines gemalten Blatts seinen eigenen Prompt geben, je eine Zeile.

Der Grundprompt füllt den Rest und Bereiche ohne Zeile. Für Beginn, Ende und Kurve einzelner
Bereiche gibt es Bereich und Bereichsmaske. Nur für Stable Diffusion 1.x, 2.x und XL.</translation>
    </message>
    <message>
      <source>The model whose text encoders read the prompts.</source>
      <translation>Das Modell, dessen Textencoder die Prompts lesen.</translation>
    </message>
    <message>
      <source>The prompt of the rest of the picture.</source>
      <translation>Der Prompt des übrigen Bildes.</translation>
    </message>
    <message>
      <source>regions</source>
      <translation>Regionen</translation>
    </message>
    <message>
      <source>The sheet of regions.</source>
      <translation>Das Blatt mit Bereichen.</translation>
    </message>
    <message>
      <source>One line for each region: its name, a colon and its prompt, such as "sky: pink clouds". The prompts have the notation of Encode prompt.</source>
      <translation>Eine Zeile für jeden Bereich: sein Name, ein Doppelpunkt und sein Prompt, etwa „sky: pink clouds“. Die Prompts haben die Schreibweise von Prompt kodieren.</translation>
    </message>
    <message>
      <source>At 1 the prompts replace the base prompt in their regions, below 1 they mix.</source>
      <translation>Bei 1 ersetzen die Prompts den Grundprompt in ihren Bereichen, darunter mischen sie sich.</translation>
    </message>
    <message>
      <source>How to fit a sheet of other proportions than the picture: "cover" crops it, "contain" adds borders outside of all regions, and "stretch" distorts it.</source>
      <translation>Wie ein Blatt mit anderen Proportionen als das Bild eingepasst wird: „cover“ beschneidet es, „contain“ fügt Ränder außerhalb aller Bereiche hinzu, und „stretch“ verzerrt es.</translation>
    </message>
    <message>
      <source>As in Encode prompt.</source>
      <translation>Wie in Prompt kodieren.</translation>
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
      <source>Set the size and number of new pictures. A sampler starts them from pure noise.</source>
      <translation>Legt Größe und Anzahl neuer Bilder fest. Ein Sampler beginnt sie mit reinem Rauschen.</translation>
    </message>
    <message>
      <source>The model that will sample.</source>
      <translation>Das Modell, das sampeln wird.</translation>
    </message>
    <message>
      <source>width</source>
      <translation>Breite</translation>
    </message>
    <message>
      <source>Width of the pictures. Empty uses the size that the model was trained at.</source>
      <translation>Breite der Bilder. Leer: die Größe, mit der das Modell trainiert wurde.</translation>
    </message>
    <message>
      <source>height</source>
      <translation>Höhe</translation>
    </message>
    <message>
      <source>Height of the pictures. Empty uses the size that the model was trained at.</source>
      <translation>Höhe der Bilder. Leer: die Größe, mit der das Modell trainiert wurde.</translation>
    </message>
    <message>
      <source>batch</source>
      <translation>Anzahl</translation>
    </message>
    <message>
      <source>Number of pictures. Picture i (from 0) uses the sampler's seed + i.</source>
      <translation>Anzahl der Bilder. Bild i (ab 0) nutzt den Seed des Samplers + i.</translation>
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

Uses the mean of the VAE's distribution, so no seed is needed. Transparent parts are encoded as
middle grey, which inpainting models read as blank: to blank a part of a picture for them, use
Invert mask and Cut out. For another background, use Flatten first.</source>
      <translation>Verwandelt Bilder in Latents, um sie mit einem Sampler zu ändern (Bild zu Bild, Inpainting).

Verwendet wird der Mittelwert der VAE-Verteilung, daher ist kein Seed nötig. Transparente Teile
werden als mittleres Grau kodiert, das Inpainting-Modelle als leer lesen: Um einen Teil eines Bildes
für sie zu leeren, dienen „Maske umkehren“ und „Freistellen“. Für einen anderen Hintergrund kommt
zuerst „Hintergrund füllen“.</translation>
    </message>
    <message>
      <source>image</source>
      <translation>Bild</translation>
    </message>
    <message>
      <source>The pictures. Both sides must be multiples of the VAE's factor (usually 8).</source>
      <translation>Die Bilder. Beide Seiten müssen Vielfache des VAE-Faktors sein (meist 8).</translation>
    </message>
    <message>
      <source>The VAE of the model that will sample.</source>
      <translation>Das VAE des Modells, das sampeln wird.</translation>
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
      <source>Encode in tiles, which needs less memory but is less accurate.</source>
      <translation>Kodiert in Kacheln; das braucht weniger Speicher, ist aber weniger genau.</translation>
    </message>
    <message>
      <source>Decode latents</source>
      <translation>Latents dekodieren</translation>
    </message>
    <message>
      <source>Turn latents into pictures.</source>
      <translation>Verwandelt Latents in Bilder.</translation>
    </message>
    <message>
      <source>The latents, usually from a sampler.</source>
      <translation>Die Latents, meist von einem Sampler.</translation>
    </message>
    <message>
      <source>The VAE of the model that sampled them.</source>
      <translation>Das VAE des Modells, das sie gesampelt hat.</translation>
    </message>
    <message>
      <source>Decode in tiles, which needs less memory but is less accurate.</source>
      <translation>Dekodiert in Kacheln; das braucht weniger Speicher, ist aber weniger genau.</translation>
    </message>
    <message>
      <source>Draw the initial noise of a sampler, to vary it or to share it between samplers.

A sampler with this noise gives the same result as one with this seed.</source>
      <translation>Erzeugt das Anfangsrauschen eines Samplers, um es abzuwandeln oder mit mehreren Samplern zu nutzen.

Ein Sampler mit diesem Rauschen liefert dasselbe Ergebnis wie einer mit diesem Seed.</translation>
    </message>
    <message>
      <source>Latents of the same size and number of pictures.</source>
      <translation>Latents mit derselben Größe und Anzahl der Bilder.</translation>
    </message>
    <message>
      <source>seed</source>
      <translation>Seed</translation>
    </message>
    <message>
      <source>Seed of the first picture. Picture i (from 0) uses seed + i, modulo 2^32.</source>
      <translation>Seed des ersten Bildes. Bild i (ab 0) nutzt Seed + i, modulo 2^32.</translation>
    </message>
    <message>
      <source>variation</source>
      <translation>Abwandlung</translation>
    </message>
    <message>
      <source>How far to go from the noise of seed to that of variation_seed: 0 stays at the first one, 1 arrives at the other. A little of it varies a picture without changing its composition.</source>
      <translation>Wie weit es vom Rauschen des Seeds zu dem des Abwandlungs-Seeds geht: 0 bleibt beim ersten, 1 erreicht das andere. Ein wenig davon wandelt ein Bild ab, ohne seine Komposition zu ändern.</translation>
    </message>
    <message>
      <source>variation seed</source>
      <translation>Abwandlungs-Seed</translation>
    </message>
    <message>
      <source>Seed of the other noise. Picture i (from 0) uses variation_seed + i, modulo 2^32.</source>
      <translation>Seed des anderen Rauschens. Bild i (ab 0) nutzt diesen Seed + i, modulo 2^32.</translation>
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
      <source>Choose the noise schedule and the solver in full detail.</source>
      <translation>Wählt den Rauschplan und den Löser in allen Einzelheiten.</translation>
    </message>
    <message>
      <source>The solver. auto is dpm++2m for Stable Diffusion 1.x, 2.x and XL; for other models, and for those of them trained on continuous noise levels (Playground 2.5), it is the one that they were published with.</source>
      <translation>Der Löser. auto ist dpm++2m für Stable Diffusion 1.x, 2.x und XL; für andere Modelle und für die mit kontinuierlichen Rauschstufen trainierten (Playground 2.5) der, mit dem sie veröffentlicht wurden.</translation>
    </message>
    <message>
      <source>sigmas</source>
      <translation>Sigmas</translation>
    </message>
    <message>
      <source>Spacing of the noise levels: the default of the solver, that of Karras et al. 2022, even in their logarithm (exponential), or by a beta distribution.</source>
      <translation>Abstände der Rauschstufen: die Vorgabe des Lösers, nach Karras et al. 2022, gleichmäßig in ihrem Logarithmus (exponential) oder nach einer Beta-Verteilung.</translation>
    </message>
    <message>
      <source>eta</source>
      <translation>Eta</translation>
    </message>
    <message>
      <source>Amount of noise added back at each step by ddim and tcd; 0 adds none.</source>
      <translation>Menge des Rauschens, das ddim und tcd in jedem Schritt wieder zugeben; 0 gibt keines zu.</translation>
    </message>
    <message>
      <source>spacing</source>
      <translation>Abstände</translation>
    </message>
    <message>
      <source>Spacing of the steps over the training timesteps (Lin et al. 2023).</source>
      <translation>Abstände der Schritte über die Zeitschritte des Trainings (Lin et al. 2023).</translation>
    </message>
    <message>
      <source>prediction</source>
      <translation>Vorhersage</translation>
    </message>
    <message>
      <source>Prediction type of the network, if the model's own config is wrong. Another one than the network was trained with makes a wrong picture.</source>
      <translation>Art der Vorhersage des Netzes, falls die Konfiguration des Modells falsch ist. Eine andere, als beim Training verwendet wurde, ergibt ein falsches Bild.</translation>
    </message>
    <message>
      <source>zero snr</source>
      <translation>Null-SNR</translation>
    </message>
    <message>
      <source>Adjust the noise schedule to end in pure noise (Lin et al. 2023). Only for networks that predict v_prediction or sample.</source>
      <translation>Passt den Rauschplan so an, dass er in reinem Rauschen endet (Lin et al. 2023). Nur für Netze, die v_prediction oder sample vorhersagen.</translation>
    </message>
    <message>
      <source>late start</source>
      <translation>Später Beginn</translation>
    </message>
    <message>
      <source>How lms and pndm begin in the middle of the run, in a second sampler or with a strength below 1: at a lower order, or as in diffusers, which reads steps that were never made. Other solvers always begin at a lower order.</source>
      <translation>Wie lms und pndm mitten im Lauf beginnen, in einem zweiten Sampler oder bei einer Stärke unter 1: mit niedrigerer Ordnung oder wie in diffusers, das Schritte liest, die nie berechnet wurden. Andere Löser beginnen immer mit niedrigerer Ordnung.</translation>
    </message>
    <message>
      <source>scheduler</source>
      <translation>Scheduler</translation>
    </message>
    <message>
      <source>Sample pictures from noise, step by step.

The state after every step is kept, so a later run resumes at the first step that differs.</source>
      <translation>Sampelt Bilder aus Rauschen, Schritt für Schritt.

Der Zustand nach jedem Schritt bleibt erhalten; ein späterer Lauf macht daher beim ersten
abweichenden Schritt weiter.</translation>
    </message>
    <message>
      <source>Other prompt</source>
      <translation>Anderer Prompt</translation>
    </message>
    <message>
      <source>The sampler has no prompt yet.</source>
      <translation>Der Sampler hat noch keinen Prompt.</translation>
    </message>
    <message>
      <source>Other guidance</source>
      <translation>Andere Guidance</translation>
    </message>
    <message>
      <source>Its guidance comes from a node that is computed.</source>
      <translation>Seine Guidance kommt von einem Knoten, der berechnet wird.</translation>
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
      <source>Its solver adds no noise on its way.</source>
      <translation>Sein Löser gibt unterwegs kein Rauschen zu.</translation>
    </message>
    <message>
      <source>Near: a little other noise</source>
      <translation>Nah: leicht geändertes Rauschen</translation>
    </message>
    <message>
      <source>Its noise comes from another node.</source>
      <translation>Sein Rauschen kommt von einem anderen Knoten.</translation>
    </message>
    <message>
      <source>New noise</source>
      <translation>Neues Rauschen</translation>
    </message>
    <message>
      <source>Far: a new seed</source>
      <translation>Weit: ein neuer Seed</translation>
    </message>
    <message>
      <source>Image to image</source>
      <translation>Bild zu Bild</translation>
    </message>
    <message>
      <source>Inpainting</source>
      <translation>Inpainting</translation>
    </message>
    <message>
      <source>Inpaint here</source>
      <translation>Hier inpainten</translation>
    </message>
    <message>
      <source>Extend the picture</source>
      <translation>Bild erweitern</translation>
    </message>
    <message>
      <source>Control hint</source>
      <translation>Kontrollvorlage</translation>
    </message>
    <message>
      <source>Image prompt</source>
      <translation>Bild-Prompt</translation>
    </message>
    <message>
      <source>Upscale and refine</source>
      <translation>Vergrößern und verfeinern</translation>
    </message>
    <message>
      <source>The model to sample.</source>
      <translation>Das Modell, mit dem gesampelt wird.</translation>
    </message>
    <message>
      <source>positive</source>
      <translation>Positiv</translation>
    </message>
    <message>
      <source>The prompt: what the picture should show.</source>
      <translation>Der Prompt: was das Bild zeigen soll.</translation>
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
      <source>The negative prompt: what the picture should not show. The empty prompt is used if it is not connected.</source>
      <translation>Der negative Prompt: was das Bild nicht zeigen soll. Ohne Verbindung wird der leere Prompt verwendet.</translation>
    </message>
    <message>
      <source>control</source>
      <translation>Steuerung</translation>
    </message>
    <message>
      <source>ControlNets that set the structure, and pictures used as prompts.</source>
      <translation>ControlNets, die die Struktur vorgeben, und Bilder als Prompts.</translation>
    </message>
    <message>
      <source>guidance</source>
      <translation>Guidance</translation>
    </message>
    <message>
      <source>Guidance that may change over the run. Replaces guidance_scale and guidance_rescale.</source>
      <translation>Guidance, die sich über den Lauf ändern kann. Ersetzt Guidance-Skala und Guidance-Ausgleich.</translation>
    </message>
    <message>
      <source>schedule</source>
      <translation>Rauschplan</translation>
    </message>
    <message>
      <source>Noise schedule and solver in detail. Replaces scheduler, sigmas and eta.</source>
      <translation>Rauschplan und Löser im Einzelnen. Ersetzt Scheduler, Sigmas und Eta.</translation>
    </message>
    <message>
      <source>The initial noise. Replaces seed.</source>
      <translation>Das Anfangsrauschen. Ersetzt den Seed.</translation>
    </message>
    <message>
      <source>The part of the picture to change (inpainting). The latents outside of it are kept, but decoding them changes pixels slightly. To keep these exactly, use Blend: the original as base, the result as top, and this mask.</source>
      <translation>Der Teil des Bildes, der geändert wird (Inpainting). Die Latents außerhalb bleiben erhalten, aber beim Dekodieren ändern sich Pixel leicht. Um sie genau zu erhalten, dient „Überblenden“: das Original als „Unten“, das Ergebnis als „Oben“ und diese Maske.</translation>
    </message>
    <message>
      <source>masked</source>
      <translation>Maskiertes Bild</translation>
    </message>
    <message>
      <source>Only for inpainting models (9 channels): the encoded picture, with the part under the mask blanked.</source>
      <translation>Nur für Inpainting-Modelle (9 Kanäle): das kodierte Bild, in dem der Teil unter der Maske leer ist.</translation>
    </message>
    <message>
      <source>steps</source>
      <translation>Schritte</translation>
    </message>
    <message>
      <source>Number of solver steps. More steps are slower and usually give finer pictures.</source>
      <translation>Anzahl der Löserschritte. Mehr Schritte sind langsamer und ergeben meist feinere Bilder.</translation>
    </message>
    <message>
      <source>Seed of the noise. Picture i (from 0) uses seed + i, modulo 2^32.</source>
      <translation>Seed des Rauschens. Bild i (ab 0) nutzt Seed + i, modulo 2^32.</translation>
    </message>
    <message>
      <source>guidance scale</source>
      <translation>Guidance-Skala</translation>
    </message>
    <message>
      <source>How strongly to follow the prompt: negative + scale * (positive - negative). 1 follows only the positive prompt and takes half the time, 0 only the negative prompt. Z-Image uses positive + scale * (positive - negative), where 0 switches guidance off; other models than Stable Diffusion use no guidance at 1 and below, and distilled ones take the scale as an input.</source>
      <translation>Wie streng dem Prompt gefolgt wird: negativ + Skala * (positiv - negativ). 1 folgt nur dem positiven Prompt und dauert halb so lange, 0 nur dem negativen. Z-Image rechnet positiv + Skala * (positiv - negativ); dort schaltet 0 die Guidance aus. Andere Modelle als Stable Diffusion nutzen bei 1 und darunter keine Guidance, destillierte erhalten die Skala als Eingabe.</translation>
    </message>
    <message>
      <source>guidance rescale</source>
      <translation>Guidance-Ausgleich</translation>
    </message>
    <message>
      <source>How far to reduce the contrast to that without guidance.</source>
      <translation>Wie weit der Kontrast auf den ohne Guidance gesenkt wird.</translation>
    </message>
    <message>
      <source>Spacing of the noise levels.</source>
      <translation>Abstände der Rauschstufen.</translation>
    </message>
    <message>
      <source>How much to change a given picture: 0 nothing, 1 almost everything. It is the share of the steps that are run, rounded down for Stable Diffusion 1.x, 2.x and XL, and up for other models. Empty latents always start from pure noise.</source>
      <translation>Wie stark ein gegebenes Bild geändert wird: 0 gar nicht, 1 fast ganz. Das ist der Anteil der Schritte, die ausgeführt werden, abgerundet bei Stable Diffusion 1.x, 2.x und XL und aufgerundet bei anderen Modellen. Leere Latents beginnen immer mit reinem Rauschen.</translation>
    </message>
    <message>
      <source>start step</source>
      <translation>Erster Schritt</translation>
    </message>
    <message>
      <source>First solver step. Above 0, the latents must be noisy already, such as those of a sampler that stopped at this step.</source>
      <translation>Erster Löserschritt. Über 0 müssen die Latents schon verrauscht sein, wie die eines Samplers, der bei diesem Schritt angehalten hat.</translation>
    </message>
    <message>
      <source>end step</source>
      <translation>Letzter Schritt</translation>
    </message>
    <message>
      <source>Solver step to stop before. Empty runs to the end.</source>
      <translation>Löserschritt, vor dem angehalten wird. Leer: bis zum Ende.</translation>
    </message>
    <message>
      <source>reseed step</source>
      <translation>Wechselschritt</translation>
    </message>
    <message>
      <source>Solver step from which the added noise uses another seed: the picture begins the same but ends differently. Only for solvers that add noise: ddpm, euler-ancestral, dpm++2m-sde and lcm, and ddim and tcd with eta above 0.</source>
      <translation>Löserschritt, ab dem das zugegebene Rauschen einen anderen Seed nutzt: Das Bild beginnt gleich, endet aber anders. Nur für Löser, die Rauschen zugeben: ddpm, euler-ancestral, dpm++2m-sde und lcm sowie ddim und tcd mit Eta über 0.</translation>
    </message>
    <message>
      <source>reseed</source>
      <translation>Zweiter Seed</translation>
    </message>
    <message>
      <source>The seed from reseed_step on. Picture i (from 0) uses reseed + i, modulo 2^32.</source>
      <translation>Der Seed ab dem Wechselschritt. Bild i (ab 0) nutzt diesen Seed + i, modulo 2^32.</translation>
    </message>
    <message>
      <source>renoise step</source>
      <translation>Neurauschschritt</translation>
    </message>
    <message>
      <source>Solver step before which the picture, as estimated so far, gets new noise: the composition stays and everything finer is made again. An early step changes more than a late one.</source>
      <translation>Löserschritt, vor dem das bis dahin geschätzte Bild neues Rauschen erhält: Die Komposition bleibt, und alles Feinere entsteht neu. Ein früher Schritt ändert mehr als ein später.</translation>
    </message>
    <message>
      <source>renoise seed</source>
      <translation>Neurausch-Seed</translation>
    </message>
    <message>
      <source>Seed of the new noise. Picture i (from 0) uses renoise_seed + i, modulo 2^32.</source>
      <translation>Seed des neuen Rauschens. Bild i (ab 0) nutzt diesen Seed + i, modulo 2^32.</translation>
    </message>
    <message>
      <source>mask method</source>
      <translation>Maskenmethode</translation>
    </message>
    <message>
      <source>How the mask reaches the latents, whose cells have 8 x 8 pixels in most models. "any pixel" changes each cell that contains a pixel of the mask, however thin or soft. "nearest" reads one pixel of each cell and cuts it at a half, as diffusers does: it can miss strokes thinner than a cell. "soft" lets each part change by the grey of the mask: dark parts keep the picture until late in the run (Differential Diffusion, Levin and Fried 2023).</source>
      <translation>Wie die Maske auf die Latents wirkt, deren Zellen bei den meisten Modellen 8 x 8 Pixel haben. „any pixel“ ändert jede Zelle, die ein Pixel der Maske enthält, wie dünn oder weich es auch sei. „nearest“ liest ein Pixel jeder Zelle und trennt bei der Hälfte, wie diffusers: Striche, die dünner als eine Zelle sind, können dabei verloren gehen. „soft“ ändert jeden Teil nach dem Grau der Maske: Dunkle Teile behalten das Bild bis spät im Lauf (Differential Diffusion, Levin und Fried 2023).</translation>
    </message>
    <message>
      <source>mask fit</source>
      <translation>Maskenanpassung</translation>
    </message>
    <message>
      <source>together</source>
      <translation>gemeinsam</translation>
    </message>
    <message>
      <source>Number of runs of a sweep whose steps are evaluated in one batch, which takes less time. A sweep sets it. The pictures differ in the last bits from those of single runs, so a run alone evaluates that many copies, to make the same picture again. Only for Stable Diffusion 1.x, 2.x and XL.</source>
      <translation>Anzahl der Läufe einer Reihe, deren Schritte in einem Stapel berechnet werden, was weniger Zeit kostet. Eine Reihe setzt den Wert. Die Bilder weichen in den letzten Bits von denen einzelner Läufe ab; ein Lauf allein berechnet daher ebenso viele Kopien, damit dasselbe Bild entsteht. Nur für Stable Diffusion 1.x, 2.x und XL.</translation>
    </message>
    <message>
      <source>place</source>
      <translation>Platz</translation>
    </message>
    <message>
      <source>Place of this run in its batch, from 0, on which the last bits depend. A sweep sets it.</source>
      <translation>Platz dieses Laufs in seinem Stapel, ab 0, von dem die letzten Bits abhängen. Eine Reihe setzt ihn.</translation>
    </message>
    <message>
      <source>Guidance (CFG)</source>
      <translation>Guidance (CFG)</translation>
    </message>
    <message>
      <source>Guidance</source>
      <translation>Guidance</translation>
    </message>
    <message>
      <source>Set how strongly the sampler follows the prompt, constant or changing over the run.

Classifier-free guidance (Ho &amp; Salimans 2022): the prediction is negative + scale * (positive -
negative). A scale of 0 follows the negative prompt only, 1 the positive prompt only, which
takes half the time, and scales between mix the two. Pipelines of other models than Stable
Diffusion 1.x, 2.x and XL keep their own rules: Z-Image uses positive + scale * (positive -
negative), without guidance at 0; the others use no guidance at 1 and below.</source>
      <translation>Legt fest, wie streng der Sampler dem Prompt folgt, gleichbleibend oder über den Lauf veränderlich.

Classifier-free Guidance (Ho &amp; Salimans 2022): Die Vorhersage ist negativ + Skala * (positiv -
negativ). Eine Skala von 0 folgt nur dem negativen Prompt, 1 nur dem positiven, was halb so lange
dauert; Skalen dazwischen mischen beide. Die Pipelines anderer Modelle als Stable Diffusion 1.x, 2.x
und XL behalten ihre eigenen Regeln: Z-Image rechnet positiv + Skala * (positiv - negativ), ohne
Guidance bei 0; die übrigen nutzen bei 1 und darunter keine Guidance.</translation>
    </message>
    <message>
      <source>scale</source>
      <translation>Skala</translation>
    </message>
    <message>
      <source>Guidance scale for the whole run. Ignored if a curve is set.</source>
      <translation>Guidance-Skala für den ganzen Lauf. Ohne Wirkung, wenn eine Kurve gesetzt ist.</translation>
    </message>
    <message>
      <source>Guidance scale over the run, from 0 (start) to 1 (end).</source>
      <translation>Guidance-Skala über den Lauf, von 0 (Anfang) bis 1 (Ende).</translation>
    </message>
    <message>
      <source>rescale</source>
      <translation>Ausgleich</translation>
    </message>
    <message>
      <source>How far to reduce the contrast of the prediction to that without guidance (Lin et al. 2023). Helps against burnt colours with v-prediction models.</source>
      <translation>Wie weit der Kontrast der Vorhersage auf den ohne Guidance gesenkt wird (Lin et al. 2023). Hilft gegen ausgebrannte Farben bei Modellen mit v-Vorhersage.</translation>
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
      <source>Make the picture follow a depth map, edges or a sketch, by a ControlNet (Zhang et al. 2023).

To combine several, connect the control of one to the previous input of the next.</source>
      <translation>Lässt das Bild einer Tiefenkarte, Kanten oder einer Skizze folgen, durch ein ControlNet (Zhang et
al. 2023).

Um mehrere zu kombinieren, wird die Steuerung des einen mit dem Eingang „Vorige“ des nächsten
verbunden.</translation>
    </message>
    <message>
      <source>The ControlNet.</source>
      <translation>Das ControlNet.</translation>
    </message>
    <message>
      <source>The hint to follow, such as a depth map for a depth ControlNet. Transparent parts count as black, which asks for nothing.</source>
      <translation>Die Vorlage, der das Bild folgt, zum Beispiel eine Tiefenkarte für ein Tiefen-ControlNet. Transparente Teile gelten als schwarz und geben nichts vor.</translation>
    </message>
    <message>
      <source>previous</source>
      <translation>Vorige</translation>
    </message>
    <message>
      <source>Controls to combine with this one.</source>
      <translation>Steuerungen, die mit dieser kombiniert werden.</translation>
    </message>
    <message>
      <source>The part of the picture that it acts on; grey is a part of the way. Without one, it acts on all of it.</source>
      <translation>Der Teil des Bildes, auf den es wirkt; Grau wirkt anteilig. Ohne Maske wirkt es auf alles.</translation>
    </message>
    <message>
      <source>Weight of the ControlNet: 1 is as trained, 0 switches it off. Ignored if a curve is set.</source>
      <translation>Gewicht des ControlNets: 1 wie trainiert, 0 schaltet es aus. Ohne Wirkung, wenn eine Kurve gesetzt ist.</translation>
    </message>
    <message>
      <source>Fraction of the run at which the control starts.</source>
      <translation>Anteil des Laufs, bei dem die Steuerung beginnt.</translation>
    </message>
    <message>
      <source>Fraction of the run at which the control ends.</source>
      <translation>Anteil des Laufs, bei dem die Steuerung endet.</translation>
    </message>
    <message>
      <source>Strength over the run, from 0 (start) to 1 (end). start and end still apply.</source>
      <translation>Stärke über den Lauf, von 0 (Anfang) bis 1 (Ende). Anfang und Ende der Steuerung gelten weiterhin.</translation>
    </message>
    <message>
      <source>How to fit a hint or mask of other proportions than the picture: "cover" crops it, "contain" adds black borders, and "stretch" distorts it, as diffusers does.</source>
      <translation>Wie eine Vorlage oder Maske mit anderen Proportionen als das Bild eingepasst wird: „cover“ beschneidet sie, „contain“ fügt schwarze Ränder hinzu, und „stretch“ verzerrt sie, wie diffusers es tut.</translation>
    </message>
    <message>
      <source>Load IP-Adapter</source>
      <translation>IP-Adapter laden</translation>
    </message>
    <message>
      <source>Choose an IP-Adapter (Ye et al. 2023) for Stable Diffusion 1.x or SDXL.

This only reads and checks the folder; weights are loaded when a step needs them.</source>
      <translation>Wählt einen IP-Adapter (Ye et al. 2023) für Stable Diffusion 1.x oder SDXL.

Der Ordner wird hier nur gelesen und geprüft; die Gewichte werden geladen, wenn ein Schritt sie
braucht.</translation>
    </message>
    <message>
      <source>A folder in the layout of the repository h94/IP-Adapter, or a hub id, from which only the file and its image encoder are downloaded.</source>
      <translation>Ein Ordner mit dem Aufbau des Repositorys h94/IP-Adapter oder eine Hub-Kennung, von der nur die Datei und ihr Bild-Encoder heruntergeladen werden.</translation>
    </message>
    <message>
      <source>The safetensors file in that folder, such as "sdxl_models/ip-adapter_sdxl.safetensors". The plain, "plus" and "full-face" kinds are supported; those for face embeddings ("faceid") are not.</source>
      <translation>Die safetensors-Datei in diesem Ordner, wie „sdxl_models/ip-adapter_sdxl.safetensors“. Unterstützt werden die einfachen, die „plus“- und die „full-face“-Varianten; die für Gesichts-Embeddings („faceid“) nicht.</translation>
    </message>
    <message>
      <source>encoder</source>
      <translation>Encoder</translation>
    </message>
    <message>
      <source>The folder of the image encoder in that folder, such as "models/image_encoder". Empty uses "image_encoder" next to the file.</source>
      <translation>Der Ordner des Bild-Encoders in diesem Ordner, wie „models/image_encoder“. Leer: „image_encoder“ neben der Datei.</translation>
    </message>
    <message>
      <source>ip adapter</source>
      <translation>IP-Adapter</translation>
    </message>
    <message>
      <source>Use a picture as a prompt, by an IP-Adapter (Ye et al. 2023).

The result takes over content and style, but not the layout. For the layout, combine it with a
ControlNet: connect the control of one to the previous input of the other.</source>
      <translation>Verwendet ein Bild als Prompt, durch einen IP-Adapter (Ye et al. 2023).

Das Ergebnis übernimmt Inhalt und Stil, aber nicht den Aufbau. Für den Aufbau lässt er sich mit
einem ControlNet kombinieren: Die Steuerung des einen wird mit dem Eingang „Vorige“ des anderen
verbunden.</translation>
    </message>
    <message>
      <source>adapter</source>
      <translation>Adapter</translation>
    </message>
    <message>
      <source>The IP-Adapter.</source>
      <translation>Der IP-Adapter.</translation>
    </message>
    <message>
      <source>The picture to use; several pictures act together. Only the central square is seen.</source>
      <translation>Das Bild; mehrere Bilder wirken zusammen. Nur das Quadrat in der Mitte wird gesehen.</translation>
    </message>
    <message>
      <source>The part of the new picture that it acts on; grey is a part of the way. Without one, it acts on all of it.</source>
      <translation>Der Teil des neuen Bildes, auf den es wirkt; Grau wirkt anteilig. Ohne Maske wirkt es auf alles.</translation>
    </message>
    <message>
      <source>Weight of the picture relative to the text; 0 switches it off. Ignored if a curve is set.</source>
      <translation>Gewicht des Bildes im Verhältnis zum Text; 0 schaltet es aus. Ohne Wirkung, wenn eine Kurve gesetzt ist.</translation>
    </message>
    <message>
      <source>Scale over the run, from 0 (start) to 1 (end).</source>
      <translation>Skala über den Lauf, von 0 (Anfang) bis 1 (Ende).</translation>
    </message>
    <message>
      <source>How to fit a mask of other proportions than the new picture: "cover" crops it, "contain" adds borders outside the mask, and "stretch" distorts it.</source>
      <translation>Wie eine Maske mit anderen Proportionen als das neue Bild eingepasst wird: „cover“ beschneidet sie, „contain“ fügt Ränder außerhalb der Maske hinzu, und „stretch“ verzerrt sie.</translation>
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
      <translation>Zieht die Kanten eines Bildes mit Canny (1986) aus OpenCV nach: weiß auf schwarz, ein Pixel breit.</translation>
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
      <source>Edges with a gradient below this are dropped.</source>
      <translation>Kanten mit einem Gradienten darunter fallen weg.</translation>
    </message>
    <message>
      <source>high</source>
      <translation>Obere Schwelle</translation>
    </message>
    <message>
      <source>Edges with a gradient above this are kept. Edges between the two are kept if they are connected to one above.</source>
      <translation>Kanten mit einem Gradienten darüber bleiben. Kanten zwischen beiden Schwellen bleiben, wenn sie mit einer darüber verbunden sind.</translation>
    </message>
    <message>
      <source>Sketch</source>
      <translation>Skizze</translation>
    </message>
    <message>
      <source>Turn a drawing or a picture into a scribble: white strokes on black.</source>
      <translation>Verwandelt eine Zeichnung oder ein Bild in eine Skizze: weiße Striche auf Schwarz.</translation>
    </message>
    <message>
      <source>The drawing, dark on light or light on dark, or a picture to trace.</source>
      <translation>Die Zeichnung, dunkel auf hell oder hell auf dunkel, oder ein Bild, das nachgezogen wird.</translation>
    </message>
    <message>
      <source>"drawing" takes the strokes of a drawing. "image" finds the lines of a picture, by a difference of Gaussians (Winnemoeller et al. 2012).</source>
      <translation>„drawing“ nimmt die Striche einer Zeichnung. „image“ findet die Linien eines Bildes, durch eine Differenz von Gauß-Filtern (Winnemoeller et al. 2012).</translation>
    </message>
    <message>
      <source>threshold</source>
      <translation>Schwelle</translation>
    </message>
    <message>
      <source>Minimum strength of a stroke, relative to the strongest one.</source>
      <translation>Mindeststärke eines Strichs, im Verhältnis zum stärksten.</translation>
    </message>
    <message>
      <source>detail</source>
      <translation>Feinheit</translation>
    </message>
    <message>
      <source>Width of the finest lines to find in a picture. Ignored for a drawing.</source>
      <translation>Breite der feinsten Linien, die in einem Bild gesucht werden. Ohne Wirkung bei einer Zeichnung.</translation>
    </message>
    <message>
      <source>thickness</source>
      <translation>Dicke</translation>
    </message>
    <message>
      <source>Strokes are widened to about this width; 1 leaves them unchanged.</source>
      <translation>Striche werden auf etwa diese Breite gebracht; 1 lässt sie unverändert.</translation>
    </message>
    <message>
      <source>Depth</source>
      <translation>Tiefe</translation>
    </message>
    <message>
      <source>Estimate the depth of a picture: near is white, far is black.

The result is inverse depth, stretched to the full range in each picture.</source>
      <translation>Schätzt die Tiefe eines Bildes: Nahes ist weiß, Fernes schwarz.

Das Ergebnis ist die inverse Tiefe, in jedem Bild auf den ganzen Bereich gestreckt.</translation>
    </message>
    <message>
      <source>The picture to analyse.</source>
      <translation>Das Bild, das analysiert wird.</translation>
    </message>
    <message>
      <source>"starter" for the estimator included with NodeUI, a folder with a depth estimation model in the transformers layout, such as Depth Anything or DPT, or its hub id.</source>
      <translation>„starter“ für den mitgelieferten Schätzer, ein Ordner mit einem Modell zur Tiefenschätzung im transformers-Format, wie Depth Anything oder DPT, oder dessen Hub-Kennung.</translation>
    </message>
    <message>
      <source>HED edges</source>
      <translation>HED-Kanten</translation>
    </message>
    <message>
      <source>Draw soft edges by holistically-nested edge detection (Xie &amp; Tu 2015).</source>
      <translation>Zeichnet weiche Kanten durch Holistically-nested Edge Detection (Xie &amp; Tu 2015).</translation>
    </message>
    <message>
      <source>scribble</source>
      <translation>Scribble</translation>
    </message>
    <message>
      <source>Reduce the edges to a few thick strokes, for scribble ControlNets.</source>
      <translation>Reduziert die Kanten auf wenige dicke Striche, für Scribble-ControlNets.</translation>
    </message>
    <message>
      <source>weights</source>
      <translation>Gewichte</translation>
    </message>
    <message>
      <source>Folder that contains ControlNetHED.safetensors or .pth. Empty searches the default folder and the hub cache.</source>
      <translation>Ordner, der ControlNetHED.safetensors oder .pth enthält. Leer: der Standardordner und der Hub-Cache.</translation>
    </message>
    <message>
      <source>resolution</source>
      <translation>Auflösung</translation>
    </message>
    <message>
      <source>The picture's shorter side is scaled to this length for the network.</source>
      <translation>Auf diese Länge wird die kürzere Seite des Bildes für das Netz skaliert.</translation>
    </message>
    <message>
      <source>PidiNet edges</source>
      <translation>PidiNet-Kanten</translation>
    </message>
    <message>
      <source>Draw soft edges by pixel difference networks (Su et al. 2021).</source>
      <translation>Zeichnet weiche Kanten durch Pixel Difference Networks (Su et al. 2021).</translation>
    </message>
    <message>
      <source>quantise</source>
      <translation>Quantisierung</translation>
    </message>
    <message>
      <source>Reduce the edges to three levels, which hides fine texture.</source>
      <translation>Reduziert die Kanten auf drei Stufen; das verbirgt feine Texturen.</translation>
    </message>
    <message>
      <source>Folder that contains table5_pidinet.safetensors or .pth. Empty searches the default folder and the hub cache.</source>
      <translation>Ordner, der table5_pidinet.safetensors oder .pth enthält. Leer: der Standardordner und der Hub-Cache.</translation>
    </message>
    <message>
      <source>Line art</source>
      <translation>Lineart</translation>
    </message>
    <message>
      <source>Draw lines as an artist would (Chan et al. 2022): white on black.</source>
      <translation>Zeichnet Linien wie von Künstlerhand (Chan et al. 2022): weiß auf schwarz.</translation>
    </message>
    <message>
      <source>coarse</source>
      <translation>Grob</translation>
    </message>
    <message>
      <source>Draw fewer and rougher lines.</source>
      <translation>Zeichnet weniger und gröbere Linien.</translation>
    </message>
    <message>
      <source>Folder that contains sk_model.safetensors or .pth (coarse: sk_model2). Empty searches the default folder and the hub cache.</source>
      <translation>Ordner, der sk_model.safetensors oder .pth enthält (grob: sk_model2). Leer: der Standardordner und der Hub-Cache.</translation>
    </message>
    <message>
      <source>Line art (anime)</source>
      <translation>Lineart (Anime)</translation>
    </message>
    <message>
      <source>Draw the lines of an anime picture: white on black.</source>
      <translation>Zeichnet die Linien eines Anime-Bildes: weiß auf schwarz.</translation>
    </message>
    <message>
      <source>Folder that contains netG.safetensors or .pth. Empty searches the default folder and the hub cache.</source>
      <translation>Ordner, der netG.safetensors oder .pth enthält. Leer: der Standardordner und der Hub-Cache.</translation>
    </message>
    <message>
      <source>Straight lines (M-LSD)</source>
      <translation>Gerade Linien (M-LSD)</translation>
    </message>
    <message>
      <source>Draw straight line segments, such as those of buildings and rooms (Gu et al. 2022).</source>
      <translation>Zeichnet gerade Strecken, wie die von Gebäuden und Räumen (Gu et al. 2022).</translation>
    </message>
    <message>
      <source>score</source>
      <translation>Sicherheit</translation>
    </message>
    <message>
      <source>Minimum confidence of the network in a segment.</source>
      <translation>Mindestsicherheit des Netzes bei einer Strecke.</translation>
    </message>
    <message>
      <source>length</source>
      <translation>Länge</translation>
    </message>
    <message>
      <source>Minimum length of a segment, in cells of two pixels.</source>
      <translation>Mindestlänge einer Strecke, in Zellen von zwei Pixeln.</translation>
    </message>
    <message>
      <source>Folder that contains mlsd_large_512_fp32.safetensors or .pth. Empty searches the default folder and the hub cache.</source>
      <translation>Ordner, der mlsd_large_512_fp32.safetensors oder .pth enthält. Leer: der Standardordner und der Hub-Cache.</translation>
    </message>
    <message>
      <source>TEED edges</source>
      <translation>TEED-Kanten</translation>
    </message>
    <message>
      <source>Draw fine, soft edges by a tiny network (Soria et al. 2023).</source>
      <translation>Zeichnet feine, weiche Kanten durch ein sehr kleines Netz (Soria et al. 2023).</translation>
    </message>
    <message>
      <source>levels</source>
      <translation>Stufen</translation>
    </message>
    <message>
      <source>Number of brightness levels above black. 0 keeps the edges smooth.</source>
      <translation>Anzahl der Helligkeitsstufen über Schwarz. 0 lässt die Kanten glatt.</translation>
    </message>
    <message>
      <source>Folder that contains 5_model.safetensors or .pth. Empty searches the default folder and the hub cache.</source>
      <translation>Ordner, der 5_model.safetensors oder .pth enthält. Leer: der Standardordner und der Hub-Cache.</translation>
    </message>
    <message>
      <source>Normals (BAE)</source>
      <translation>Normalen (BAE)</translation>
    </message>
    <message>
      <source>Show the directions that surfaces face as colours (Bae et al. 2021).</source>
      <translation>Zeigt die Richtungen von Oberflächen als Farben (Bae et al. 2021).</translation>
    </message>
    <message>
      <source>Folder that contains scannet.safetensors or .pt. Empty searches the default folder and the hub cache.</source>
      <translation>Ordner, der scannet.safetensors oder .pt enthält. Leer: der Standardordner und der Hub-Cache.</translation>
    </message>
    <message>
      <source>Poses (OpenPose)</source>
      <translation>Posen (OpenPose)</translation>
    </message>
    <message>
      <source>Draw the poses of people as skeletons (Cao et al. 2019). For non-commercial use only.</source>
      <translation>Zeichnet die Posen von Menschen als Skelette (Cao et al. 2019). Nur für nicht kommerzielle Zwecke.</translation>
    </message>
    <message>
      <source>hands</source>
      <translation>Hände</translation>
    </message>
    <message>
      <source>Also draw hands and fingers.</source>
      <translation>Zeichnet auch Hände und Finger.</translation>
    </message>
    <message>
      <source>face</source>
      <translation>Gesicht</translation>
    </message>
    <message>
      <source>Also draw faces.</source>
      <translation>Zeichnet auch Gesichter.</translation>
    </message>
    <message>
      <source>Folder that contains body_pose_model.safetensors or .pth (hands: hand_pose_model, faces: facenet). Empty searches the default folder and the hub cache.</source>
      <translation>Ordner, der body_pose_model.safetensors oder .pth enthält (Hände: hand_pose_model, Gesichter: facenet). Leer: der Standardordner und der Hub-Cache.</translation>
    </message>
    <message>
      <source>Depth (MiDaS)</source>
      <translation>Tiefe (MiDaS)</translation>
    </message>
    <message>
      <source>Estimate depth by DPT hybrid (Ranftl et al. 2021): near is white.</source>
      <translation>Schätzt die Tiefe durch DPT hybrid (Ranftl et al. 2021): Nahes ist weiß.</translation>
    </message>
    <message>
      <source>Folder that contains dpt_hybrid-midas-501f0c75.safetensors or .pt. Empty searches the default folder and the hub cache.</source>
      <translation>Ordner, der dpt_hybrid-midas-501f0c75.safetensors oder .pt enthält. Leer: der Standardordner und der Hub-Cache.</translation>
    </message>
    <message>
      <source>Depth (ZoeDepth)</source>
      <translation>Tiefe (ZoeDepth)</translation>
    </message>
    <message>
      <source>Estimate depth by ZoeDepth (Bhat et al. 2023): near is white.</source>
      <translation>Schätzt die Tiefe durch ZoeDepth (Bhat et al. 2023): Nahes ist weiß.</translation>
    </message>
    <message>
      <source>Folder that contains ZoeD_M12_N.safetensors or .pt. Empty searches the default folder and the hub cache.</source>
      <translation>Ordner, der ZoeD_M12_N.safetensors oder .pt enthält. Leer: der Standardordner und der Hub-Cache.</translation>
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
      <source>Load a picture from a file.

The picture is turned upright and converted to sRGB. 16-bit files keep their full depth. Of
files with several frames or pages, the first is read.</source>
      <translation>Lädt ein Bild aus einer Datei.

Das Bild wird aufrecht gedreht und in sRGB umgerechnet. Dateien mit 16 Bit behalten ihre volle Tiefe.
Von Dateien mit mehreren Einzelbildern oder Seiten wird die erste gelesen.</translation>
    </message>
    <message>
      <source>path</source>
      <translation>Pfad</translation>
    </message>
    <message>
      <source>The file. A relative path starts at the folder of the workflow.</source>
      <translation>Die Datei. Ein relativer Pfad beginnt beim Ordner des Workflows.</translation>
    </message>
    <message>
      <source>values</source>
      <translation>Wertebereich</translation>
    </message>
    <message>
      <source>What to do with files of floats or of 32 bits, such as depth in metres: "clip" cuts off below 0 and above 1 (of 16 bits), "normalise" stretches the lowest value to 0 and the highest to 1. Other files are not changed.</source>
      <translation>Was mit Dateien mit Gleitkommazahlen oder 32 Bit geschieht, zum Beispiel Tiefe in Metern: „clip“ schneidet unter 0 und über 1 (von 16 Bit) ab, „normalise“ streckt den kleinsten Wert auf 0 und den größten auf 1. Andere Dateien bleiben unverändert.</translation>
    </message>
    <message>
      <source>The picture, with four channels if the file has transparency.</source>
      <translation>Das Bild, mit vier Kanälen, wenn die Datei Transparenz enthält.</translation>
    </message>
    <message>
      <source>Its alpha channel; 1 everywhere if the file has none.</source>
      <translation>Sein Alphakanal; überall 1, wenn die Datei keinen hat.</translation>
    </message>
    <message>
      <source>Save image</source>
      <translation>Bild speichern</translation>
    </message>
    <message>
      <source>Save pictures as files that contain the workflow. Drop one on the canvas to open it.

Existing files are never overwritten: if the name is taken, a number is added
("picture-0002.png"), also for the pictures of a batch. An identical picture is not saved twice.</source>
      <translation>Speichert Bilder als Dateien, die den Workflow enthalten. Eine Datei, die auf die Fläche gezogen
wird, öffnet ihn.

Vorhandene Dateien werden nie überschrieben: Ist der Name vergeben, wird eine Nummer angehängt
(„picture-0002.png“), auch bei den Bildern eines Stapels. Ein identisches Bild wird nicht zweimal
gespeichert.</translation>
    </message>
    <message>
      <source>The pictures.</source>
      <translation>Die Bilder.</translation>
    </message>
    <message>
      <source>File name in the output folder. It may include subfolders, as in "forest/morning", and placeholders: {date}, {time}, {seed}, {prompt}, {negative}, {model}, {lora}, {sampler}, {steps}, {title} (of the workflow), {node} (title of this node), {batch} (place in the batch) and {counter}. {prompt:20} is at most 20 characters long, {counter:6} has 6 digits.</source>
      <translation>Dateiname im Ausgabeordner. Er kann Unterordner enthalten, wie in „wald/morgen“, und Platzhalter: {date}, {time}, {seed}, {prompt}, {negative}, {model}, {lora}, {sampler}, {steps}, {title} (des Workflows), {node} (Titel dieses Knotens), {batch} (Platz im Stapel) und {counter}. {prompt:20} ist höchstens 20 Zeichen lang, {counter:6} hat 6 Ziffern.</translation>
    </message>
    <message>
      <source>format</source>
      <translation>Format</translation>
    </message>
    <message>
      <source>The file format. png and tiff are lossless.</source>
      <translation>Das Dateiformat. png und tiff sind verlustfrei.</translation>
    </message>
    <message>
      <source>depth</source>
      <translation>Farbtiefe</translation>
    </message>
    <message>
      <source>Bits per channel of png and tiff. "auto" is 16 for pictures of a 16-bit file that nothing has changed, and else 8. The other formats have 8.</source>
      <translation>Bit je Kanal bei png und tiff. „auto“ ist 16 bei Bildern einer 16-Bit-Datei, die nichts verändert hat, und sonst 8. Die anderen Formate haben 8.</translation>
    </message>
    <message>
      <source>quality</source>
      <translation>Qualität</translation>
    </message>
    <message>
      <source>Quality of jpeg, webp and avif: higher is better and larger. webp is lossless at 100.</source>
      <translation>Qualität von jpeg, webp und avif: Ein höherer Wert ist besser und größer. webp ist bei 100 verlustfrei.</translation>
    </message>
    <message>
      <source>metadata</source>
      <translation>Metadaten</translation>
    </message>
    <message>
      <source>Details of how the pictures were made that the files contain. "workflow" is the workflow and the parameters that each value was made with, so that the file opens as its workflow; files outside of the workflow's folder are named without their folders. "paths" keeps these folders; "machine" also adds the folder of the workflow, the processor and the versions of libraries; "none" saves the pictures alone.</source>
      <translation>Angaben zur Entstehung der Bilder in den Dateien. „workflow“ ist der Workflow und die Parameter, mit denen jeder Wert gemacht wurde, sodass sich die Datei als Workflow öffnen lässt; Dateien außerhalb des Ordners des Workflows werden ohne ihre Ordner genannt. „paths“ behält diese Ordner; „machine“ fügt außerdem den Ordner des Workflows, den Prozessor und die Fassungen der Bibliotheken hinzu; „none“ speichert nur die Bilder.</translation>
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
      <source>Show a picture and pass it on unchanged.</source>
      <translation>Zeigt ein Bild und reicht es unverändert weiter.</translation>
    </message>
    <message>
      <source>The picture to show.</source>
      <translation>Das Bild, das gezeigt wird.</translation>
    </message>
    <message>
      <source>Resize</source>
      <translation>Größe ändern</translation>
    </message>
    <message>
      <source>Change the size of a picture.</source>
      <translation>Ändert die Größe eines Bildes.</translation>
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
      <source>"stretch" ignores proportions. The others keep them: with "fit" one side may become shorter, "fill" crops the excess, and "pad" adds borders.</source>
      <translation>„stretch“ ignoriert das Seitenverhältnis. Die anderen erhalten es: Mit „fit“ kann eine Seite kürzer werden, „fill“ schneidet den Überstand ab, „pad“ fügt Ränder hinzu.</translation>
    </message>
    <message>
      <source>Resampling filter. "lanczos" is the sharpest, "box" averages, and "nearest" keeps hard edges.</source>
      <translation>Filter für die Neuberechnung. „lanczos“ ist am schärfsten, „box“ mittelt, „nearest“ erhält harte Kanten.</translation>
    </message>
    <message>
      <source>colour</source>
      <translation>Farbe</translation>
    </message>
    <message>
      <source>Colour of the borders that "pad" adds.</source>
      <translation>Farbe der Ränder, die „pad“ hinzufügt.</translation>
    </message>
    <message>
      <source>Crop</source>
      <translation>Zuschneiden</translation>
    </message>
    <message>
      <source>Crop a picture to a rectangle. Parts of the rectangle outside the picture are ignored.</source>
      <translation>Schneidet ein Bild auf ein Rechteck zu. Teile des Rechtecks außerhalb des Bildes werden ignoriert.</translation>
    </message>
    <message>
      <source>x</source>
      <translation>X</translation>
    </message>
    <message>
      <source>Left edge of the rectangle, measured from the left of the picture.</source>
      <translation>Linke Kante des Rechtecks, vom linken Bildrand gemessen.</translation>
    </message>
    <message>
      <source>y</source>
      <translation>Y</translation>
    </message>
    <message>
      <source>Top edge of the rectangle, measured from the top of the picture.</source>
      <translation>Obere Kante des Rechtecks, vom oberen Bildrand gemessen.</translation>
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
      <source>Enlarge a picture with a Lanczos filter, and sharpen it without halos. Adds no new detail.</source>
      <translation>Vergrößert ein Bild mit einem Lanczos-Filter und schärft es ohne Säume. Neue Details entstehen nicht.</translation>
    </message>
    <message>
      <source>factor</source>
      <translation>Faktor</translation>
    </message>
    <message>
      <source>Factor for width and height.</source>
      <translation>Faktor für Breite und Höhe.</translation>
    </message>
    <message>
      <source>sharpness</source>
      <translation>Schärfe</translation>
    </message>
    <message>
      <source>Strength of the unsharp mask. 0 does not sharpen.</source>
      <translation>Stärke der Unscharfmaskierung. 0 schärft nicht.</translation>
    </message>
    <message>
      <source>Invert the colours of a picture, so that light becomes dark.</source>
      <translation>Kehrt die Farben eines Bildes um, sodass Helles dunkel wird.</translation>
    </message>
    <message>
      <source>The picture. Its transparency is kept.</source>
      <translation>Das Bild. Seine Transparenz bleibt erhalten.</translation>
    </message>
    <message>
      <source>amount</source>
      <translation>Anteil</translation>
    </message>
    <message>
      <source>0 leaves the picture unchanged, 1 inverts it fully.</source>
      <translation>0 lässt das Bild unverändert, 1 kehrt es ganz um.</translation>
    </message>
    <message>
      <source>Adjust</source>
      <translation>Bild anpassen</translation>
    </message>
    <message>
      <source>Change brightness, contrast, saturation and gamma.</source>
      <translation>Ändert Helligkeit, Kontrast, Sättigung und Gamma.</translation>
    </message>
    <message>
      <source>brightness</source>
      <translation>Helligkeit</translation>
    </message>
    <message>
      <source>Value added to all channels.</source>
      <translation>Wert, der zu allen Kanälen addiert wird.</translation>
    </message>
    <message>
      <source>contrast</source>
      <translation>Kontrast</translation>
    </message>
    <message>
      <source>Contrast around mid-grey: 0 is flat grey, 1 leaves it unchanged.</source>
      <translation>Kontrast um mittleres Grau: 0 ergibt gleichmäßiges Grau, 1 lässt ihn unverändert.</translation>
    </message>
    <message>
      <source>saturation</source>
      <translation>Sättigung</translation>
    </message>
    <message>
      <source>0 is black and white, 1 leaves colours unchanged.</source>
      <translation>0 ist schwarzweiß, 1 lässt die Farben unverändert.</translation>
    </message>
    <message>
      <source>gamma</source>
      <translation>Gamma</translation>
    </message>
    <message>
      <source>Above 1 lightens the mid-tones, below 1 darkens them. Black and white are kept.</source>
      <translation>Über 1 hellt die Mitteltöne auf, unter 1 dunkelt sie ab. Schwarz und Weiß bleiben erhalten.</translation>
    </message>
    <message>
      <source>Blur</source>
      <translation>Weichzeichnen</translation>
    </message>
    <message>
      <source>Blur a picture with a Gaussian filter.</source>
      <translation>Zeichnet ein Bild mit einem Gauß-Filter weich.</translation>
    </message>
    <message>
      <source>radius</source>
      <translation>Radius</translation>
    </message>
    <message>
      <source>Standard deviation of the Gaussian.</source>
      <translation>Standardabweichung des Gauß-Filters.</translation>
    </message>
    <message>
      <source>Blend</source>
      <translation>Überblenden</translation>
    </message>
    <message>
      <source>Blend one picture over another, or paste the changed part of a picture back by its mask.

Outside of the mask, the lower picture keeps its exact pixels.</source>
      <translation>Überblendet ein Bild mit einem anderen oder setzt den geänderten Teil eines Bildes mit seiner Maske wieder ein.

Außerhalb der Maske behält das untere Bild genau seine Pixel.</translation>
    </message>
    <message>
      <source>The lower picture.</source>
      <translation>Das untere Bild.</translation>
    </message>
    <message>
      <source>top</source>
      <translation>Oben</translation>
    </message>
    <message>
      <source>The upper picture, of the same size. Its transparency is used.</source>
      <translation>Das obere Bild, in derselben Größe. Seine Transparenz wird berücksichtigt.</translation>
    </message>
    <message>
      <source>Where the upper picture is visible; everywhere if not connected.</source>
      <translation>Wo das obere Bild sichtbar ist; ohne Verbindung überall.</translation>
    </message>
    <message>
      <source>mode</source>
      <translation>Modus</translation>
    </message>
    <message>
      <source>Blend mode, as in paint programs.</source>
      <translation>Mischmodus, wie in Malprogrammen.</translation>
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
      <source>Make a picture transparent outside a mask.</source>
      <translation>Macht ein Bild außerhalb einer Maske transparent.</translation>
    </message>
    <message>
      <source>The picture. Its own transparency is kept.</source>
      <translation>Das Bild. Seine eigene Transparenz bleibt erhalten.</translation>
    </message>
    <message>
      <source>The part to keep, of the same size.</source>
      <translation>Der Teil, der erhalten bleibt, in derselben Größe.</translation>
    </message>
    <message>
      <source>Flatten</source>
      <translation>Hintergrund füllen</translation>
    </message>
    <message>
      <source>Replace the transparency of a picture by a background of one colour.</source>
      <translation>Ersetzt die Transparenz eines Bildes durch einen einfarbigen Hintergrund.</translation>
    </message>
    <message>
      <source>The picture. Without transparency, it stays unchanged.</source>
      <translation>Das Bild. Ohne Transparenz bleibt es unverändert.</translation>
    </message>
    <message>
      <source>The background.</source>
      <translation>Der Hintergrund.</translation>
    </message>
    <message>
      <source>Mask from colour</source>
      <translation>Maske aus Farbe</translation>
    </message>
    <message>
      <source>Create a mask from all pixels of a colour.</source>
      <translation>Erzeugt eine Maske aus allen Pixeln einer Farbe.</translation>
    </message>
    <message>
      <source>The picture. Where it is transparent, the mask is too.</source>
      <translation>Das Bild. Wo es transparent ist, ist es auch die Maske.</translation>
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
      <source>Largest colour distance to select, where 1 is from black to white.</source>
      <translation>Größter Farbabstand der Auswahl; 1 ist der von Schwarz zu Weiß.</translation>
    </message>
    <message>
      <source>softness</source>
      <translation>Weichheit</translation>
    </message>
    <message>
      <source>Further distance over which the mask fades out.</source>
      <translation>Weiterer Abstand, über den die Maske ausläuft.</translation>
    </message>
    <message>
      <source>Mask from brightness</source>
      <translation>Maske aus Helligkeit</translation>
    </message>
    <message>
      <source>Use a black and white picture, such as a painted one, as a mask.</source>
      <translation>Verwendet ein schwarzweißes Bild, zum Beispiel ein gemaltes, als Maske.</translation>
    </message>
    <message>
      <source>The picture. White is inside, black is outside.</source>
      <translation>Das Bild. Weiß ist innen, Schwarz außen.</translation>
    </message>
    <message>
      <source>Mask from alpha</source>
      <translation>Maske aus Alpha</translation>
    </message>
    <message>
      <source>Create a mask from the opaque parts of a picture.</source>
      <translation>Erzeugt eine Maske aus den deckenden Teilen eines Bildes.</translation>
    </message>
    <message>
      <source>The picture. Without transparency, everything is inside.</source>
      <translation>Das Bild. Ohne Transparenz ist alles innen.</translation>
    </message>
    <message>
      <source>Invert mask</source>
      <translation>Maske umkehren</translation>
    </message>
    <message>
      <source>Swap the inside and the outside of a mask.</source>
      <translation>Vertauscht Innen und Außen einer Maske.</translation>
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
      <source>Grow or shrink a mask, with round corners.</source>
      <translation>Dehnt eine Maske aus oder zieht sie zusammen, mit runden Ecken.</translation>
    </message>
    <message>
      <source>distance</source>
      <translation>Abstand</translation>
    </message>
    <message>
      <source>Distance to move its edge outwards; inwards if negative.</source>
      <translation>Abstand, um den ihr Rand nach außen rückt; negativ nach innen.</translation>
    </message>
    <message>
      <source>Feather mask</source>
      <translation>Maskenrand weichzeichnen</translation>
    </message>
    <message>
      <source>Soften the edge of a mask.</source>
      <translation>Macht den Rand einer Maske weicher.</translation>
    </message>
    <message>
      <source>Mask as image</source>
      <translation>Maske als Bild</translation>
    </message>
    <message>
      <source>Show a mask as a black and white picture.</source>
      <translation>Zeigt eine Maske als schwarzweißes Bild.</translation>
    </message>
    <message>
      <source>The mask. Inside becomes white, outside black.</source>
      <translation>Die Maske. Innen wird weiß, außen schwarz.</translation>
    </message>
    <message>
      <source>Upscale with a model</source>
      <translation>Mit einem Modell vergrößern</translation>
    </message>
    <message>
      <source>Enlarge a picture by a network that adds detail, such as ESRGAN, SPAN, DAT or SwinIR.

The picture is enlarged in tiles. Where the overlap is at least as large as the neighbourhood
that the network reads, seams do not exist; networks with attention read more, and have faint
seams if the overlap is small.</source>
      <translation>Ein Bild mit einem Netz vergrößern, das Einzelheiten ergänzt, etwa ESRGAN, SPAN, DAT oder SwinIR.

Das Bild wird in Kacheln vergrößert. Ist die Überlappung mindestens so groß wie die Umgebung, die
das Netz liest, gibt es keine Nähte; Netze mit Attention lesen mehr und haben bei kleiner Überlappung
schwache Nähte.</translation>
    </message>
    <message>
      <source>The picture. Its transparency is enlarged with a Lanczos filter.</source>
      <translation>Das Bild. Seine Transparenz wird mit einem Lanczos-Filter vergrößert.</translation>
    </message>
    <message>
      <source>A safetensors file, or "realesr-animevideov3", "realesrgan-x4plus" or "realesrgan-x4plus-anime", which enlarge four times.</source>
      <translation>Eine safetensors-Datei, oder „realesr-animevideov3“, „realesrgan-x4plus“ oder „realesrgan-x4plus-anime“, die vierfach vergrößern.</translation>
    </message>
    <message>
      <source>Factor for width and height; a Lanczos filter resizes what the network returns. Empty uses the factor of the network.</source>
      <translation>Faktor für Breite und Höhe; ein Lanczos-Filter passt das Ergebnis des Netzes an. Leer nimmt den Faktor des Netzes.</translation>
    </message>
    <message>
      <source>tile</source>
      <translation>Kachel</translation>
    </message>
    <message>
      <source>Side of a tile in pixels of the picture; larger tiles take more memory. 0 enlarges the picture at once.</source>
      <translation>Seite einer Kachel in Pixeln des Bildes; größere Kacheln brauchen mehr Speicher. 0 vergrößert das Bild auf einmal.</translation>
    </message>
    <message>
      <source>overlap</source>
      <translation>Überlappung</translation>
    </message>
    <message>
      <source>Pixels around each tile that the network reads, too.</source>
      <translation>Pixel um jede Kachel, die das Netz mitliest.</translation>
    </message>
    <message>
      <source>Pick from batch</source>
      <translation>Bild aus Stapel</translation>
    </message>
    <message>
      <source>Take one picture out of a batch.</source>
      <translation>Nimmt ein Bild aus einem Stapel.</translation>
    </message>
    <message>
      <source>index</source>
      <translation>Nummer</translation>
    </message>
    <message>
      <source>Which of them, counted from 1.</source>
      <translation>Die Nummer im Stapel, ab 1 gezählt.</translation>
    </message>
    <message>
      <source>Make batch</source>
      <translation>Stapel bilden</translation>
    </message>
    <message>
      <source>Put pictures together to a batch, in this order. Each input may be a batch itself.

If only some have transparency, the others are opaque.</source>
      <translation>Fasst Bilder in dieser Reihenfolge zu einem Stapel zusammen. Jeder Eingang kann selbst ein Stapel
sein.

Haben nur einige Transparenz, sind die anderen deckend.</translation>
    </message>
    <message>
      <source>The first picture, whose size all have.</source>
      <translation>Das erste Bild, dessen Größe alle haben.</translation>
    </message>
    <message>
      <source>Another picture.</source>
      <translation>Ein weiteres Bild.</translation>
    </message>
    <message>
      <source>third</source>
      <translation>Dritter</translation>
    </message>
    <message>
      <source>fourth</source>
      <translation>Vierter</translation>
    </message>
    <message>
      <source>fifth</source>
      <translation>Fünfter</translation>
    </message>
    <message>
      <source>sixth</source>
      <translation>Sechster</translation>
    </message>
    <message>
      <source>sizes</source>
      <translation>Größen</translation>
    </message>
    <message>
      <source>What to do with pictures of another size than the first. "refuse" stops with an error, "stretch" ignores their proportions, "fill" crops the excess, and "pad" adds black borders.</source>
      <translation>Was mit Bildern anderer Größe als der des ersten geschieht. „refuse“ bricht mit einem Fehler ab, „stretch“ ignoriert ihr Seitenverhältnis, „fill“ schneidet den Überstand ab, „pad“ fügt schwarze Ränder hinzu.</translation>
    </message>
    <message>
      <source>Pick mask from batch</source>
      <translation>Maske aus Stapel</translation>
    </message>
    <message>
      <source>Take one mask out of a batch.</source>
      <translation>Nimmt eine Maske aus einem Stapel.</translation>
    </message>
    <message>
      <source>The masks.</source>
      <translation>Die Masken.</translation>
    </message>
    <message>
      <source>Pick latents from batch</source>
      <translation>Latents aus Stapel</translation>
    </message>
    <message>
      <source>Take the latents of one picture out of a batch.

A sampler with the noise or seed of the batch draws other noise for it: picture i (from 0) of a
batch uses seed + i.</source>
      <translation>Nimmt die Latents eines Bildes aus einem Stapel.

Ein Sampler mit dem Rauschen oder Seed des Stapels erzeugt dafür anderes Rauschen: Bild i (ab 0) eines
Stapels nutzt Seed + i.</translation>
    </message>
    <message>
      <source>The latents.</source>
      <translation>Die Latents.</translation>
    </message>
    <message>
      <source>Place picture</source>
      <translation>Bild platzieren</translation>
    </message>
    <message>
      <source>Place a picture of any size over another.

Pixels that it does not cover keep their exact values.</source>
      <translation>Platziert ein Bild beliebiger Größe über einem anderen.

Pixel, die es nicht bedeckt, behalten genau ihre Werte.</translation>
    </message>
    <message>
      <source>The picture to place. Its transparency is used.</source>
      <translation>Das Bild, das platziert wird. Seine Transparenz wird berücksichtigt.</translation>
    </message>
    <message>
      <source>The part of the upper picture that is visible, of its size.</source>
      <translation>Der sichtbare Teil des oberen Bildes, in dessen Größe.</translation>
    </message>
    <message>
      <source>Left edge of the upper picture in the lower one, before it is rotated.</source>
      <translation>Linke Kante des oberen Bildes im unteren, bevor es gedreht wird.</translation>
    </message>
    <message>
      <source>Upper edge.</source>
      <translation>Obere Kante.</translation>
    </message>
    <message>
      <source>Factor for the size of the upper picture.</source>
      <translation>Faktor für die Größe des oberen Bildes.</translation>
    </message>
    <message>
      <source>rotation</source>
      <translation>Drehung</translation>
    </message>
    <message>
      <source>Clockwise turn of the upper picture around its centre.</source>
      <translation>Drehung des oberen Bildes im Uhrzeigersinn um seine Mitte.</translation>
    </message>
    <message>
      <source>opacity</source>
      <translation>Deckkraft</translation>
    </message>
    <message>
      <source>Transform</source>
      <translation>Transformieren</translation>
    </message>
    <message>
      <source>Flip, scale, rotate and move a picture. What becomes free is transparent.</source>
      <translation>Spiegelt, skaliert, dreht und verschiebt ein Bild. Was frei wird, ist transparent.</translation>
    </message>
    <message>
      <source>flip</source>
      <translation>Spiegelung</translation>
    </message>
    <message>
      <source>Sides to exchange, before all else.</source>
      <translation>Seiten, die vertauscht werden, vor allem anderen.</translation>
    </message>
    <message>
      <source>Clockwise turn around the centre.</source>
      <translation>Drehung im Uhrzeigersinn um die Mitte.</translation>
    </message>
    <message>
      <source>Factor for the size.</source>
      <translation>Faktor für die Größe.</translation>
    </message>
    <message>
      <source>Distance to move to the right.</source>
      <translation>Abstand der Verschiebung nach rechts.</translation>
    </message>
    <message>
      <source>Distance to move down.</source>
      <translation>Abstand der Verschiebung nach unten.</translation>
    </message>
    <message>
      <source>canvas</source>
      <translation>Bildfläche</translation>
    </message>
    <message>
      <source>"keep" keeps the size, "grow" fits the size to the turned picture.</source>
      <translation>„keep“ behält die Größe, „grow“ passt die Größe an das gedrehte Bild an.</translation>
    </message>
    <message>
      <source>Write a text on a transparent picture. Mask from alpha makes a mask of it.</source>
      <translation>Schreibt einen Text auf ein transparentes Bild. „Maske aus Alpha“ macht daraus eine Maske.</translation>
    </message>
    <message>
      <source>The text, of one or several lines.</source>
      <translation>Der Text, mit einer oder mehreren Zeilen.</translation>
    </message>
    <message>
      <source>size</source>
      <translation>Größe</translation>
    </message>
    <message>
      <source>Height of the letters.</source>
      <translation>Höhe der Buchstaben.</translation>
    </message>
    <message>
      <source>Colour of the letters.</source>
      <translation>Farbe der Buchstaben.</translation>
    </message>
    <message>
      <source>font</source>
      <translation>Schriftart</translation>
    </message>
    <message>
      <source>A font file (.ttf, .otf); a relative path starts at the folder of the workflow. Empty is a built-in font that has the letters of English only.</source>
      <translation>Eine Schriftdatei (.ttf, .otf); ein relativer Pfad beginnt beim Ordner des Workflows. Leer ist eine eingebaute Schrift, die nur die Buchstaben des Englischen hat.</translation>
    </message>
    <message>
      <source>Where it is on the picture; its lines are aligned accordingly.</source>
      <translation>Wo er auf dem Bild steht; seine Zeilen werden entsprechend ausgerichtet.</translation>
    </message>
    <message>
      <source>margin</source>
      <translation>Rand</translation>
    </message>
    <message>
      <source>Distance from the sides.</source>
      <translation>Abstand von den Seiten.</translation>
    </message>
    <message>
      <source>Width of the picture.</source>
      <translation>Breite des Bildes.</translation>
    </message>
    <message>
      <source>Height of the picture.</source>
      <translation>Höhe des Bildes.</translation>
    </message>
    <message>
      <source>Draw shape</source>
      <translation>Form zeichnen</translation>
    </message>
    <message>
      <source>Draw a shape with smooth edges over a picture, or on a transparent one.</source>
      <translation>Zeichnet eine Form mit glatten Kanten über ein Bild oder auf ein transparentes.</translation>
    </message>
    <message>
      <source>The picture, which sets the size.</source>
      <translation>Das Bild, das die Größe bestimmt.</translation>
    </message>
    <message>
      <source>shape</source>
      <translation>Form</translation>
    </message>
    <message>
      <source>The shape.</source>
      <translation>Die Form.</translation>
    </message>
    <message>
      <source>Left edge of the shape, before it is rotated.</source>
      <translation>Linke Kante der Form, bevor sie gedreht wird.</translation>
    </message>
    <message>
      <source>Upper edge of the shape.</source>
      <translation>Obere Kante der Form.</translation>
    </message>
    <message>
      <source>shape width</source>
      <translation>Formbreite</translation>
    </message>
    <message>
      <source>Width of the shape.</source>
      <translation>Breite der Form.</translation>
    </message>
    <message>
      <source>shape height</source>
      <translation>Formhöhe</translation>
    </message>
    <message>
      <source>Height of the shape.</source>
      <translation>Höhe der Form.</translation>
    </message>
    <message>
      <source>Clockwise turn around its centre.</source>
      <translation>Drehung im Uhrzeigersinn um ihre Mitte.</translation>
    </message>
    <message>
      <source>Its colour.</source>
      <translation>Ihre Farbe.</translation>
    </message>
    <message>
      <source>line</source>
      <translation>Linie</translation>
    </message>
    <message>
      <source>Width of its outline, inwards; 0 fills it.</source>
      <translation>Breite ihres Umrisses, nach innen; 0 füllt sie.</translation>
    </message>
    <message>
      <source>Its opacity.</source>
      <translation>Ihre Deckkraft.</translation>
    </message>
    <message>
      <source>Width without a picture.</source>
      <translation>Breite ohne Bild.</translation>
    </message>
    <message>
      <source>Height without a picture.</source>
      <translation>Höhe ohne Bild.</translation>
    </message>
    <message>
      <source>Levels</source>
      <translation>Tonwerte</translation>
    </message>
    <message>
      <source>Set the black point, the white point and the middle of the tones.</source>
      <translation>Legt den Schwarzpunkt, den Weißpunkt und die Mitte der Tonwerte fest.</translation>
    </message>
    <message>
      <source>black</source>
      <translation>Schwarz</translation>
    </message>
    <message>
      <source>Level that becomes black.</source>
      <translation>Tonwert, der schwarz wird.</translation>
    </message>
    <message>
      <source>white</source>
      <translation>Weiß</translation>
    </message>
    <message>
      <source>Level that becomes white.</source>
      <translation>Tonwert, der weiß wird.</translation>
    </message>
    <message>
      <source>Above 1 lightens the mid-tones, below 1 darkens them.</source>
      <translation>Über 1 hellt die Mitteltöne auf, unter 1 dunkelt sie ab.</translation>
    </message>
    <message>
      <source>output black</source>
      <translation>Ausgabe Schwarz</translation>
    </message>
    <message>
      <source>Level of black in the result.</source>
      <translation>Tonwert von Schwarz im Ergebnis.</translation>
    </message>
    <message>
      <source>output white</source>
      <translation>Weiß der Ausgabe</translation>
    </message>
    <message>
      <source>Level of white in the result.</source>
      <translation>Tonwert von Weiß im Ergebnis.</translation>
    </message>
    <message>
      <source>Tone curves</source>
      <translation>Gradationskurven</translation>
    </message>
    <message>
      <source>Change the tones by curves: across is the level before, up the level after.</source>
      <translation>Ändert die Tonwerte durch Kurven: waagrecht der Tonwert vorher, senkrecht der Tonwert nachher.</translation>
    </message>
    <message>
      <source>rgb</source>
      <translation>RGB</translation>
    </message>
    <message>
      <source>Curve of all channels; empty leaves them unchanged.</source>
      <translation>Kurve aller Kanäle; leer lässt sie unverändert.</translation>
    </message>
    <message>
      <source>red</source>
      <translation>Rot</translation>
    </message>
    <message>
      <source>Curve of red, after the common one.</source>
      <translation>Kurve für Rot, nach der gemeinsamen.</translation>
    </message>
    <message>
      <source>green</source>
      <translation>Grün</translation>
    </message>
    <message>
      <source>Curve of green.</source>
      <translation>Kurve für Grün.</translation>
    </message>
    <message>
      <source>blue</source>
      <translation>Blau</translation>
    </message>
    <message>
      <source>Curve of blue.</source>
      <translation>Kurve für Blau.</translation>
    </message>
    <message>
      <source>Turn the hues of a picture, and change saturation and value (HSV).</source>
      <translation>Dreht die Farbtöne eines Bildes und ändert Sättigung und Hellwert (HSV).</translation>
    </message>
    <message>
      <source>hue</source>
      <translation>Farbton</translation>
    </message>
    <message>
      <source>Turn of the hues: 120 makes red green.</source>
      <translation>Drehung der Farbtöne: 120 macht Rot zu Grün.</translation>
    </message>
    <message>
      <source>Factor for the saturation.</source>
      <translation>Faktor für die Sättigung.</translation>
    </message>
    <message>
      <source>value</source>
      <translation>Hellwert</translation>
    </message>
    <message>
      <source>Factor for the value.</source>
      <translation>Faktor für den Hellwert.</translation>
    </message>
    <message>
      <source>Sharpen</source>
      <translation>Schärfen</translation>
    </message>
    <message>
      <source>Sharpen a picture without halos.</source>
      <translation>Schärft ein Bild ohne Säume.</translation>
    </message>
    <message>
      <source>Standard deviation of the Gaussian of the unsharp mask.</source>
      <translation>Standardabweichung des Gauß-Filters der Unscharfmaskierung.</translation>
    </message>
    <message>
      <source>Strength; 0 leaves the picture unchanged.</source>
      <translation>Stärke; 0 lässt das Bild unverändert.</translation>
    </message>
    <message>
      <source>Add noise</source>
      <translation>Rauschen hinzufügen</translation>
    </message>
    <message>
      <source>Add Gaussian noise to a picture.</source>
      <translation>Fügt einem Bild gaußsches Rauschen hinzu.</translation>
    </message>
    <message>
      <source>Standard deviation of the noise, where 1 is from black to white.</source>
      <translation>Standardabweichung des Rauschens; 1 ist der Abstand von Schwarz zu Weiß.</translation>
    </message>
    <message>
      <source>grain</source>
      <translation>Körnung</translation>
    </message>
    <message>
      <source>Radius over which the noise is softened.</source>
      <translation>Radius, über den das Rauschen weichgezeichnet wird.</translation>
    </message>
    <message>
      <source>"grey" changes all channels alike, "coloured" each for itself.</source>
      <translation>„grey“ ändert alle Kanäle gleich, „coloured“ jeden für sich.</translation>
    </message>
    <message>
      <source>Seed of the noise.</source>
      <translation>Seed des Rauschens.</translation>
    </message>
    <message>
      <source>Palette</source>
      <translation>Palette</translation>
    </message>
    <message>
      <source>Reduce a picture to few colours.</source>
      <translation>Reduziert ein Bild auf wenige Farben.</translation>
    </message>
    <message>
      <source>count</source>
      <translation>Anzahl</translation>
    </message>
    <message>
      <source>Number of colours, which are chosen by median cut; not used where they are given.</source>
      <translation>Anzahl der Farben, die durch Median-Cut gewählt werden; ohne Wirkung, wenn Farben angegeben sind.</translation>
    </message>
    <message>
      <source>colours</source>
      <translation>Farben</translation>
    </message>
    <message>
      <source>The colours, such as "#000000 #ff8800"; empty chooses them.</source>
      <translation>Die Farben, wie „#000000 #ff8800“; leer: Sie werden gewählt.</translation>
    </message>
    <message>
      <source>dither</source>
      <translation>Dithering</translation>
    </message>
    <message>
      <source>Mix colours by patterns of pixels (Floyd and Steinberg 1976).</source>
      <translation>Mischt Farben durch Pixelmuster (Floyd und Steinberg 1976).</translation>
    </message>
    <message>
      <source>Match colour</source>
      <translation>Farben angleichen</translation>
    </message>
    <message>
      <source>Give a picture the colours of another: mean and spread in CIELAB (Reinhard et al. 2001).</source>
      <translation>Gibt einem Bild die Farben eines anderen: Mittelwert und Streuung in CIELAB (Reinhard et al. 2001).</translation>
    </message>
    <message>
      <source>The picture to change. Its transparency is kept.</source>
      <translation>Das Bild, das geändert wird. Seine Transparenz bleibt erhalten.</translation>
    </message>
    <message>
      <source>like</source>
      <translation>Vorbild</translation>
    </message>
    <message>
      <source>The picture whose colours are taken.</source>
      <translation>Das Bild, dessen Farben übernommen werden.</translation>
    </message>
    <message>
      <source>image mask</source>
      <translation>Maske des Bildes</translation>
    </message>
    <message>
      <source>The part of the picture that is measured, of its size.</source>
      <translation>Der Teil des Bildes, der gemessen wird, in dessen Größe.</translation>
    </message>
    <message>
      <source>like mask</source>
      <translation>Maske des Vorbilds</translation>
    </message>
    <message>
      <source>The part of the other picture that is measured, of its size.</source>
      <translation>Der Teil des anderen Bildes, der gemessen wird, in dessen Größe.</translation>
    </message>
    <message>
      <source>0 leaves the picture unchanged, 1 matches it fully.</source>
      <translation>0 lässt das Bild unverändert, 1 gleicht es ganz an.</translation>
    </message>
    <message>
      <source>Combine masks</source>
      <translation>Masken kombinieren</translation>
    </message>
    <message>
      <source>Combine two masks of the same size.</source>
      <translation>Kombiniert zwei Masken derselben Größe.</translation>
    </message>
    <message>
      <source>The first mask.</source>
      <translation>Die erste Maske.</translation>
    </message>
    <message>
      <source>other</source>
      <translation>Andere</translation>
    </message>
    <message>
      <source>The second mask.</source>
      <translation>Die zweite Maske.</translation>
    </message>
    <message>
      <source>"union" is inside one or the other, "minus" inside the first but not the second, "intersect" inside both, and "exclude" inside exactly one.</source>
      <translation>„union“ ist innerhalb der einen oder der anderen, „minus“ innerhalb der ersten, aber nicht der zweiten, „intersect“ innerhalb beider und „exclude“ innerhalb genau einer.</translation>
    </message>
    <message>
      <source>Mask threshold</source>
      <translation>Maskenschwelle</translation>
    </message>
    <message>
      <source>Make a mask black and white.</source>
      <translation>Macht eine Maske schwarzweiß.</translation>
    </message>
    <message>
      <source>level</source>
      <translation>Schwelle</translation>
    </message>
    <message>
      <source>Values from here on are inside.</source>
      <translation>Werte ab hier sind innen.</translation>
    </message>
    <message>
      <source>Width of the range around the level that keeps a ramp.</source>
      <translation>Breite des Bereichs um die Schwelle, in dem ein Verlauf bleibt.</translation>
    </message>
    <message>
      <source>Fill the parts of a mask that are enclosed by it.

A hole becomes as opaque as the rim that encloses it.</source>
      <translation>Füllt die Teile, die eine Maske umschließt.

Ein Loch wird so deckend wie der Rand, der es umschließt.</translation>
    </message>
    <message>
      <source>Mask by distance</source>
      <translation>Maske nach Abstand</translation>
    </message>
    <message>
      <source>Turn the hard edge of a mask into a ramp of straight slope.</source>
      <translation>Verwandelt den harten Rand einer Maske in einen gleichmäßig ansteigenden Verlauf.</translation>
    </message>
    <message>
      <source>The mask; values from 0.5 on are inside.</source>
      <translation>Die Maske; Werte ab 0,5 sind innen.</translation>
    </message>
    <message>
      <source>Length of the ramp.</source>
      <translation>Länge des Verlaufs.</translation>
    </message>
    <message>
      <source>side</source>
      <translation>Seite</translation>
    </message>
    <message>
      <source>"inside" rises from the edge inwards, "outside" falls from the edge outwards, and "both" has the edge in its middle.</source>
      <translation>„inside“ steigt vom Rand nach innen an, „outside“ fällt vom Rand nach außen ab, „both“ hat den Rand in der Mitte.</translation>
    </message>
    <message>
      <source>Mask from range</source>
      <translation>Maske aus Bereich</translation>
    </message>
    <message>
      <source>Create a mask from a range of brightness, depth or colour.

Of a depth picture, near parts are bright.</source>
      <translation>Erzeugt eine Maske aus einem Bereich der Helligkeit, der Tiefe oder der Farbe.

In einem Tiefenbild sind nahe Teile hell.</translation>
    </message>
    <message>
      <source>of</source>
      <translation>Merkmal</translation>
    </message>
    <message>
      <source>What is compared. The hue of red is 0, that of green 1/3; grey has none.</source>
      <translation>Was verglichen wird. Der Farbton von Rot ist 0, der von Grün 1/3; Grau hat keinen.</translation>
    </message>
    <message>
      <source>Lower end of the range. If it is above the upper end, the range of hues passes through red; for others, it is an error.</source>
      <translation>Unteres Ende des Bereichs. Liegt es über dem oberen, geht der Bereich der Farbtöne durch Rot; bei anderen Merkmalen ist es ein Fehler.</translation>
    </message>
    <message>
      <source>Upper end of the range.</source>
      <translation>Oberes Ende des Bereichs.</translation>
    </message>
    <message>
      <source>Further distance over which the mask fades out at both ends.</source>
      <translation>Weiterer Abstand, über den die Maske an beiden Enden ausläuft.</translation>
    </message>
    <message>
      <source>Cut around mask</source>
      <translation>Um Maske ausschneiden</translation>
    </message>
    <message>
      <source>Cut out the surroundings of a mask and scale them to the size that a model draws best.

Sample the part, then connect it with the place to Paste back.</source>
      <translation>Schneidet die Umgebung einer Maske aus und skaliert sie auf die Größe, in der ein Modell am besten zeichnet.

Der Teil wird gesampelt und dann zusammen mit dem Platz an „Wieder einsetzen“ angeschlossen.</translation>
    </message>
    <message>
      <source>What is going to change, of the same size.</source>
      <translation>Was sich ändern wird, in derselben Größe.</translation>
    </message>
    <message>
      <source>The model that will sample; its size is used instead of size.</source>
      <translation>Das Modell, das sampeln wird; seine Größe gilt anstelle von size.</translation>
    </message>
    <message>
      <source>context</source>
      <translation>Umgebung</translation>
    </message>
    <message>
      <source>Distance around the mask that the model sees.</source>
      <translation>Abstand um die Maske, den das Modell sieht.</translation>
    </message>
    <message>
      <source>Side of a square of as many pixels as the result has.</source>
      <translation>Seite eines Quadrats mit so vielen Pixeln, wie das Ergebnis hat.</translation>
    </message>
    <message>
      <source>multiple</source>
      <translation>Vielfaches</translation>
    </message>
    <message>
      <source>Both sides of the result are multiples of this.</source>
      <translation>Beide Seiten des Ergebnisses sind Vielfache davon.</translation>
    </message>
    <message>
      <source>The part, scaled.</source>
      <translation>Der Teil, skaliert.</translation>
    </message>
    <message>
      <source>The mask of the part, scaled.</source>
      <translation>Die Maske des Teils, skaliert.</translation>
    </message>
    <message>
      <source>cutout</source>
      <translation>Ausschnitt</translation>
    </message>
    <message>
      <source>Where the part belongs.</source>
      <translation>Wohin der Teil gehört.</translation>
    </message>
    <message>
      <source>Paste back</source>
      <translation>Wieder einsetzen</translation>
    </message>
    <message>
      <source>Paste a changed part back where it was cut out.

Pixels outside of the mask keep their exact values.</source>
      <translation>Setzt einen geänderten Teil dort wieder ein, wo er ausgeschnitten wurde.

Pixel außerhalb der Maske behalten genau ihre Werte.</translation>
    </message>
    <message>
      <source>The picture that the part was cut from.</source>
      <translation>Das Bild, aus dem der Teil ausgeschnitten wurde.</translation>
    </message>
    <message>
      <source>part</source>
      <translation>Teil</translation>
    </message>
    <message>
      <source>The changed part, of any size.</source>
      <translation>Der geänderte Teil, in beliebiger Größe.</translation>
    </message>
    <message>
      <source>Where it was cut out.</source>
      <translation>Wo er ausgeschnitten wurde.</translation>
    </message>
    <message>
      <source>feather</source>
      <translation>Weicher Rand</translation>
    </message>
    <message>
      <source>Distance inwards from the edge of the mask over which the part appears.</source>
      <translation>Abstand vom Rand der Maske nach innen, über den der Teil sichtbar wird.</translation>
    </message>
    <message>
      <source>Extend canvas</source>
      <translation>Bildfläche erweitern</translation>
    </message>
    <message>
      <source>Add space to the sides of a picture, to be painted by a model.

The pixels of the picture keep their exact values.</source>
      <translation>Fügt an den Seiten eines Bildes Platz hinzu, den ein Modell ausmalt.

Die Pixel des Bildes behalten genau ihre Werte.</translation>
    </message>
    <message>
      <source>left</source>
      <translation>Links</translation>
    </message>
    <message>
      <source>Pixels to add on the left.</source>
      <translation>Pixel, die links hinzukommen.</translation>
    </message>
    <message>
      <source>right</source>
      <translation>Rechts</translation>
    </message>
    <message>
      <source>Pixels to add on the right.</source>
      <translation>Pixel, die rechts hinzukommen.</translation>
    </message>
    <message>
      <source>Pixels to add above.</source>
      <translation>Pixel, die oben hinzukommen.</translation>
    </message>
    <message>
      <source>bottom</source>
      <translation>Unten</translation>
    </message>
    <message>
      <source>Pixels to add below.</source>
      <translation>Pixel, die unten hinzukommen.</translation>
    </message>
    <message>
      <source>filling</source>
      <translation>Füllung</translation>
    </message>
    <message>
      <source>"edge" repeats the pixels at the edge, "blur" softens these, and "noise" scatters the colours of the picture.</source>
      <translation>„edge“ wiederholt die Pixel am Rand, „blur“ zeichnet diese weich, „noise“ verstreut die Farben des Bildes.</translation>
    </message>
    <message>
      <source>Distance that the mask reaches into the picture, beside new sides, with a ramp.</source>
      <translation>Abstand, um den die Maske neben neuen Seiten in das Bild reicht, mit einem Verlauf.</translation>
    </message>
    <message>
      <source>The picture with its new sides.</source>
      <translation>Das Bild mit seinen neuen Seiten.</translation>
    </message>
    <message>
      <source>The new sides, to be painted.</source>
      <translation>Die neuen Seiten, die ausgemalt werden.</translation>
    </message>
    <message>
      <source>Remove background</source>
      <translation>Hintergrund entfernen</translation>
    </message>
    <message>
      <source>Cut the foreground out of a picture, with a segmentation model.

NodeUI ships no such model. Models of the kinds BEiT, DPT, Mask2Former, MaskFormer, MobileNetV2,
MobileViT, SegFormer and UPerNet work; those that need code of their own are refused.</source>
      <translation>Den Vordergrund aus einem Bild ausschneiden, mit einem Segmentierungsmodell.

NodeUI bringt kein solches Modell mit. Modelle der Arten BEiT, DPT, Mask2Former, MaskFormer, MobileNetV2,
MobileViT, SegFormer und UPerNet gehen; solche mit eigenem Code werden abgelehnt.</translation>
    </message>
    <message>
      <source>A folder with an image segmentation model in the transformers layout, such as SegFormer, or its hub id.</source>
      <translation>Ein Ordner mit einem Segmentierungsmodell im Layout von transformers, etwa SegFormer, oder seine Hub-Kennung.</translation>
    </message>
    <message>
      <source>keep</source>
      <translation>behalten</translation>
    </message>
    <message>
      <source>Names of the model's classes to keep, such as "person, dog". Empty keeps all but "background".</source>
      <translation>Namen der Klassen des Modells, die bleiben, etwa „person, dog“. Leer behält alle außer „background“.</translation>
    </message>
    <message>
      <source>The pictures, transparent outside of the foreground.</source>
      <translation>Die Bilder, außerhalb des Vordergrunds durchsichtig.</translation>
    </message>
    <message>
      <source>The foreground; its grey is the probability.</source>
      <translation>Der Vordergrund; sein Grau ist die Wahrscheinlichkeit.</translation>
    </message>
    <message>
      <source>Paint mask</source>
      <translation>Maske malen</translation>
    </message>
    <message>
      <source>Paint a mask by hand. White is inside; grey is a part of the way.</source>
      <translation>Malt eine Maske von Hand. Weiß ist innen; Grau liegt dazwischen.</translation>
    </message>
    <message>
      <source>The picture to paint over, which sets the size.</source>
      <translation>Das Bild, über das gemalt wird; es legt die Größe fest.</translation>
    </message>
    <message>
      <source>painting</source>
      <translation>Malerei</translation>
    </message>
    <message>
      <source>The strokes.</source>
      <translation>Die Striche.</translation>
    </message>
    <message>
      <source>Width of the mask without a picture.</source>
      <translation>Breite der Maske ohne Bild.</translation>
    </message>
    <message>
      <source>Height of the mask without a picture.</source>
      <translation>Höhe der Maske ohne Bild.</translation>
    </message>
    <message>
      <source>Draw on paper, for instance lines for a ControlNet.</source>
      <translation>Zeichnet auf Papier, zum Beispiel Linien für ein ControlNet.</translation>
    </message>
    <message>
      <source>A picture to trace, which sets the size and is not part of the sketch.</source>
      <translation>Ein Bild, das nachgezogen wird; es legt die Größe fest und gehört nicht zur Skizze.</translation>
    </message>
    <message>
      <source>paper</source>
      <translation>Papier</translation>
    </message>
    <message>
      <source>Colour of the paper.</source>
      <translation>Farbe des Papiers.</translation>
    </message>
    <message>
      <source>Width of the sketch without a picture.</source>
      <translation>Breite der Skizze ohne Bild.</translation>
    </message>
    <message>
      <source>Height of the sketch without a picture.</source>
      <translation>Höhe der Skizze ohne Bild.</translation>
    </message>
    <message>
      <source>Where it is painted on.</source>
      <translation>Wo darauf gemalt ist.</translation>
    </message>
    <message>
      <source>Paint over</source>
      <translation>Übermalen</translation>
    </message>
    <message>
      <source>Paint in colour over a picture, or on paper.</source>
      <translation>Malt in Farbe über ein Bild oder auf Papier.</translation>
    </message>
    <message>
      <source>The pictures to paint over, which set the size.</source>
      <translation>Die Bilder, über die gemalt wird; sie legen die Größe fest.</translation>
    </message>
    <message>
      <source>Colour of the paper without a picture.</source>
      <translation>Farbe des Papiers ohne Bild.</translation>
    </message>
    <message>
      <source>Width of the paper.</source>
      <translation>Breite des Papiers.</translation>
    </message>
    <message>
      <source>Height of the paper.</source>
      <translation>Höhe des Papiers.</translation>
    </message>
    <message>
      <source>Paint regions</source>
      <translation>Regionen malen</translation>
    </message>
    <message>
      <source>Paint named areas on one sheet, such as sky, house and sea. A later stroke displaces others.</source>
      <translation>Malt benannte Flächen auf ein Blatt, zum Beispiel Himmel, Haus und Meer. Ein späterer Strich verdrängt andere.</translation>
    </message>
    <message>
      <source>The strokes; each layer is a region with a name and a colour.</source>
      <translation>Die Striche; jede Ebene ist eine Region mit Namen und Farbe.</translation>
    </message>
    <message>
      <source>Width of the sheet without a picture.</source>
      <translation>Breite des Blattes ohne Bild.</translation>
    </message>
    <message>
      <source>Height of the sheet without a picture.</source>
      <translation>Höhe des Blattes ohne Bild.</translation>
    </message>
    <message>
      <source>The regions; Region mask takes one of them out.</source>
      <translation>Die Regionen; „Regionsmaske“ entnimmt eine davon.</translation>
    </message>
    <message>
      <source>The sheet, each region in its colour, on black.</source>
      <translation>Das Blatt, jede Region in ihrer Farbe, auf Schwarz.</translation>
    </message>
    <message>
      <source>Region mask</source>
      <translation>Regionsmaske</translation>
    </message>
    <message>
      <source>Take the mask of one region from a sheet of regions.</source>
      <translation>Entnimmt einem Blatt mit Regionen die Maske einer Region.</translation>
    </message>
    <message>
      <source>The regions.</source>
      <translation>Die Regionen.</translation>
    </message>
    <message>
      <source>Name of the region, in any case.</source>
      <translation>Name der Region; Groß- und Kleinschreibung spielt keine Rolle.</translation>
    </message>
    <message>
      <source>Lay pictures and strokes over each other, each with opacity, blend mode, place and masks.</source>
      <translation>Bilder und Striche übereinanderlegen, jeweils mit Deckkraft, Mischmodus, Lage und Masken.</translation>
    </message>
    <message>
      <source>The background, which sets the size.</source>
      <translation>Der Hintergrund, der die Größe bestimmt.</translation>
    </message>
    <message>
      <source>image 1</source>
      <translation>Bild 1</translation>
    </message>
    <message>
      <source>A picture that is a layer. One that no layer names lies below the layers, fitted into the sheet.</source>
      <translation>Ein Bild, das eine Ebene ist. Eines, das keine Ebene nennt, liegt eingepasst unter den Ebenen.</translation>
    </message>
    <message>
      <source>image 2</source>
      <translation>Bild 2</translation>
    </message>
    <message>
      <source>image 3</source>
      <translation>Bild 3</translation>
    </message>
    <message>
      <source>image 4</source>
      <translation>Bild 4</translation>
    </message>
    <message>
      <source>image 5</source>
      <translation>Bild 5</translation>
    </message>
    <message>
      <source>image 6</source>
      <translation>Bild 6</translation>
    </message>
    <message>
      <source>image 7</source>
      <translation>Bild 7</translation>
    </message>
    <message>
      <source>image 8</source>
      <translation>Bild 8</translation>
    </message>
    <message>
      <source>The layers and the strokes on them.</source>
      <translation>Die Ebenen und die Striche auf ihnen.</translation>
    </message>
    <message>
      <source>Colour of the paper without a background.</source>
      <translation>Farbe des Papiers ohne Hintergrund.</translation>
    </message>
    <message>
      <source>Where the layers cover the background.</source>
      <translation>Wo die Ebenen den Hintergrund bedecken.</translation>
    </message>
    <message>
      <source>layers</source>
      <translation>Ebenen</translation>
    </message>
    <message>
      <source>The layers, for Save OpenRaster.</source>
      <translation>Die Ebenen, für OpenRaster speichern.</translation>
    </message>
    <message>
      <source>Save OpenRaster</source>
      <translation>OpenRaster speichern</translation>
    </message>
    <message>
      <source>Save layers as an OpenRaster file (.ora), which Krita and GIMP open.

Layers keep their names, opacity, blend mode and visibility. Their masks are applied, and the
background is the lowest layer. Of batches, the first pictures are saved.</source>
      <translation>Ebenen als OpenRaster-Datei (.ora) speichern, die Krita und GIMP öffnen.

Ebenen behalten Namen, Deckkraft, Mischmodus und Sichtbarkeit. Ihre Masken werden angewandt, und der
Hintergrund ist die unterste Ebene. Von Stapeln werden die ersten Bilder gespeichert.</translation>
    </message>
    <message>
      <source>The layers.</source>
      <translation>Die Ebenen.</translation>
    </message>
    <message>
      <source>File name in the output folder, as in Save image.</source>
      <translation>Dateiname im Ausgabeordner, wie in Bild speichern.</translation>
    </message>
  </context>
</TS>
