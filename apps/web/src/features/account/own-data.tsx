import { DeleteAccount } from './delete-account.tsx';
import { ExportPart } from './export-part.tsx';
import { ImportPart } from './import-part.tsx';

/** Taking everything away from here, bringing it here, and leaving. */
export function OwnData() {
  return (
    <>
      <ExportPart />
      <ImportPart />
      <DeleteAccount />
    </>
  );
}
