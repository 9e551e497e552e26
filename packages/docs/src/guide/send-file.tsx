import { useTransfer } from "@peerhood/react";
import type { Peer, Transfer } from "peerhood";
import { useState } from "react";

export function SendFile({ peer }: { peer: Peer }) {
  const [transfer, setTransfer] = useState<Transfer>();
  const { status, fraction = 0 } = useTransfer(transfer);
  return (
    <>
      <input
        type="file"
        onChange={({ target }) => {
          const file = target.files?.[0];
          if (file !== undefined) setTransfer(peer.send(file, { label: "files", info: { name: file.name } }));
        }}
      />
      {transfer !== undefined && <progress value={fraction} title={status} />}
    </>
  );
}
